"""Milkglass. Not empty for one reason: compiled modules must be found before the first of them is imported."""

from milkglass.compiled.finder import take_place

take_place()
