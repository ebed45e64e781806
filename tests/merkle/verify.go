// Verify an unpacked export with Go's public checksum database packages: golang.org/x/mod/sumdb/note and /tlog.
//
//	verify KEY FOLDER...
//
// Prints a line a folder: "holds SIZE" or "differs: WHY". Written apart from verify.py, so that a fault in its reading
// of the specifications shows.
package main

import (
	"encoding/base64"
	"encoding/binary"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"golang.org/x/mod/sumdb/note"
	"golang.org/x/mod/sumdb/tlog"
)

const height = 8

type folder string

func (f folder) Height() int { return height }

func (f folder) SaveTiles([]tlog.Tile, [][]byte) {}

func (f folder) ReadTiles(tiles []tlog.Tile) ([][]byte, error) {
	var all [][]byte
	for _, tile := range tiles {
		// C2SP's address has no height in it.
		path := strings.Replace(tile.Path(), "tile/8/", "tile/", 1)
		data, err := os.ReadFile(filepath.Join(string(f), path))
		if err != nil {
			return nil, err
		}
		if len(data) != tile.W*tlog.HashSize {
			return nil, errors.New("a tile has another width")
		}
		all = append(all, data)
	}
	return all, nil
}

// strict refuses base64 that does not come out again as it went in: the note package is lenient there.
func strict(text string) error {
	raw, err := base64.StdEncoding.DecodeString(text)
	if err != nil || base64.StdEncoding.EncodeToString(raw) != text {
		return errors.New("base64 in a second spelling")
	}
	return nil
}

func checkpoint(key string, raw []byte) (tlog.Tree, error) {
	var none tlog.Tree
	verifier, err := note.NewVerifier(key)
	if err != nil {
		return none, err
	}
	for _, line := range strings.Split(string(raw), "\n") {
		if strings.HasPrefix(line, "\u2014 ") {
			if err := strict(line[strings.LastIndex(line, " ")+1:]); err != nil {
				return none, err
			}
		}
	}
	opened, err := note.Open(raw, note.VerifierList(verifier))
	if err != nil {
		return none, err
	}
	lines := strings.Split(opened.Text, "\n")
	if len(lines) != 4 || lines[0] != verifier.Name() || lines[3] != "" {
		return none, errors.New("the checkpoint has another form")
	}
	size, err := strconv.ParseInt(lines[1], 10, 64)
	if err != nil || strconv.FormatInt(size, 10) != lines[1] {
		return none, errors.New("the size is no number")
	}
	if err := strict(lines[2]); err != nil {
		return none, err
	}
	root, err := tlog.ParseHash(lines[2])
	return tlog.Tree{N: size, Hash: root}, err
}

func bundle(where string, number int64, width int) ([][]byte, error) {
	tile := tlog.Tile{H: height, L: 0, N: number, W: width}
	path := strings.Replace(tile.Path(), "tile/8/0/", "tile/entries/", 1)
	data, err := os.ReadFile(filepath.Join(where, path))
	if err != nil {
		return nil, err
	}
	var entries [][]byte
	for len(data) >= 2 {
		length := int(binary.BigEndian.Uint16(data))
		if len(data) < 2+length {
			return nil, errors.New("a bundle ends too early")
		}
		entries = append(entries, data[2:2+length])
		data = data[2+length:]
	}
	if len(data) != 0 || len(entries) != width {
		return nil, errors.New("a bundle has another number of entries")
	}
	return entries, nil
}

// tiles lists the tiles of a tree, each at the width that it has at this size.
func tiles(size int64) []tlog.Tile {
	var all []tlog.Tile
	for level := 0; size>>(level*height) > 0; level++ {
		count := size >> (level * height)
		for number := int64(0); number<<height < count; number++ {
			width := count - number<<height
			if width > 1<<height {
				width = 1 << height
			}
			all = append(all, tlog.Tile{H: height, L: level, N: number, W: int(width)})
		}
	}
	return all
}

func verify(key, where string) (int64, error) {
	raw, err := os.ReadFile(filepath.Join(where, "checkpoint"))
	if err != nil {
		return 0, err
	}
	tree, err := checkpoint(key, raw)
	if err != nil {
		return 0, err
	}
	reader := tlog.TileHashReader(tree, folder(where))
	for _, tile := range tiles(tree.N) {
		width := int64(tile.W)
		var indexes []int64
		for at := int64(0); at < width; at++ {
			indexes = append(indexes, tlog.StoredHashIndex(tile.L*height, tile.N<<height+at))
		}
		hashes, err := reader.ReadHashes(indexes) // checked against the root on the way
		if err != nil {
			return 0, err
		}
		if tile.L != 0 {
			continue
		}
		entries, err := bundle(where, tile.N, tile.W)
		if err != nil {
			return 0, err
		}
		for at, entry := range entries {
			if tlog.RecordHash(entry) != hashes[at] {
				return 0, fmt.Errorf("entry %d is not the leaf of its place", tile.N<<height+int64(at))
			}
		}
	}
	root, err := tlog.TreeHash(tree.N, reader)
	if err != nil || root != tree.Hash {
		return 0, errors.New("the tiles give another root")
	}
	return tree.N, proofs(tree, reader)
}

// proofs asks the tiles for inclusion and consistency proofs and checks them.
func proofs(tree tlog.Tree, reader tlog.HashReader) error {
	for _, at := range []int64{0, tree.N / 3, tree.N / 2, tree.N - 1} {
		record, err := tlog.ProveRecord(tree.N, at, reader)
		if err != nil {
			return err
		}
		hashes, err := reader.ReadHashes([]int64{tlog.StoredHashIndex(0, at)})
		if err != nil {
			return err
		}
		if err := tlog.CheckRecord(record, tree.N, tree.Hash, at, hashes[0]); err != nil {
			return err
		}
		old, err := tlog.TreeHash(at+1, reader)
		if err != nil {
			return err
		}
		grown, err := tlog.ProveTree(tree.N, at+1, reader)
		if err != nil {
			return err
		}
		if err := tlog.CheckTree(grown, tree.N, tree.Hash, at+1, old); err != nil {
			return err
		}
	}
	return nil
}

func main() {
	for _, where := range os.Args[2:] {
		size, err := verify(os.Args[1], where)
		if err != nil {
			fmt.Printf("differs: %v\n", strings.ReplaceAll(err.Error(), "\n", " "))
			continue
		}
		fmt.Printf("holds %d\n", size)
	}
}
