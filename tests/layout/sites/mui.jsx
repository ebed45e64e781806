import React, { useState } from "react";
import { createRoot } from "react-dom/client";
import { Accordion, AccordionDetails, AccordionSummary, AppBar, Avatar, Box, Button, Card, CardContent, Checkbox, Chip, CssBaseline, Dialog, DialogActions, DialogContent, DialogTitle, Drawer,
  FormControlLabel, Grid2 as Grid, List, ListItem, ListItemAvatar, ListItemButton, ListItemText, MenuItem, Paper, Select, Slider, Switch, Tab, Table, TableBody, TableCell, TableHead, TableRow, Tabs, TextField, Toolbar, Typography } from "@mui/material";
const people = window.people;
const App = () => {
  const [tab, setTab] = useState(0), [isOpen, setOpen] = useState(false);
  return <Box sx={{ display: "flex" }}><CssBaseline /><AppBar position="fixed" sx={{ zIndex: 1300 }}><Toolbar><Typography variant="h6" sx={{ flexGrow: 1 }}>Class 7b</Typography><Button color="inherit" id="write" onClick={() => setOpen(true)}>Write a letter</Button></Toolbar></AppBar>
    <Drawer variant="permanent" sx={{ width: 220, "& .MuiDrawer-paper": { width: 220 } }}><Toolbar /><List>{["Pupils", "Marks", "Letters", "Settings"].map((name) => <ListItemButton key={name} selected={name === "Pupils"}><ListItemText primary={name} /></ListItemButton>)}</List></Drawer>
    <Box component="main" sx={{ flexGrow: 1, p: 3 }}><Toolbar /><Grid container spacing={2} sx={{ mb: 2 }}>{[["Pupils here today", "27 of 30"], ["Letters this week", "12"], ["Next test", "Monday"]].map(([head, said]) => <Grid size={4} key={head}><Card><CardContent><Typography color="text.secondary">{head}</Typography><Typography variant="h4">{said}</Typography></CardContent></Card></Grid>)}</Grid>
      <Tabs value={tab} onChange={(_, next) => setTab(next)}><Tab label="Pupils" /><Tab label="Settings" /><Tab label="Notes" /></Tabs>
      {tab === 0 && <Paper><Table size="small"><TableHead><TableRow><TableCell>Name</TableCell><TableCell>Mail</TableCell><TableCell align="right">Mark</TableCell><TableCell>Year</TableCell></TableRow></TableHead>
        <TableBody>{people.slice(0, 14).map((one) => <TableRow key={one.mail}><TableCell>{one.name}</TableCell><TableCell>{one.mail}</TableCell><TableCell align="right">{one.mark}</TableCell><TableCell><Chip size="small" label={`Year ${one.year}`} /></TableCell></TableRow>)}</TableBody></Table></Paper>}
      {tab === 1 && <Box sx={{ display: "grid", gap: 2, maxWidth: 420, mt: 2 }}><TextField label="Class name" helperText="Shown to parents" /><TextField label="Message" multiline rows={3} /><Select value="a"><MenuItem value="a">Autumn</MenuItem><MenuItem value="s">Spring</MenuItem></Select>
        <FormControlLabel control={<Checkbox />} label="Send a weekly summary" /><FormControlLabel control={<Switch />} label="Public" /><Slider defaultValue={30} /></Box>}
      {tab === 2 && <List>{people.slice(0, 6).map((one) => <ListItem key={one.mail}><ListItemAvatar><Avatar>{one.name[0]}</Avatar></ListItemAvatar><ListItemText primary={one.name} secondary={one.note} /></ListItem>)}</List>}
      <Accordion><AccordionSummary>How are marks counted?</AccordionSummary><AccordionDetails>Each mark counts once, and the last one twice.</AccordionDetails></Accordion></Box>
    <Dialog open={isOpen} onClose={() => setOpen(false)}><DialogTitle>Write a letter</DialogTitle><DialogContent><TextField fullWidth multiline rows={4} /></DialogContent><DialogActions><Button onClick={() => setOpen(false)}>Keep it</Button></DialogActions></Dialog></Box>;
};
createRoot(document.getElementById("root")).render(<App />);
