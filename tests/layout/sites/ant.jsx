import React, { useState } from "react";
import { createRoot } from "react-dom/client";
import { Avatar, Button, Card, Checkbox, Collapse, DatePicker, Form, Input, Layout, Menu, Modal, Segmented, Select, Statistic, Switch, Table, Tabs, Tag } from "antd";
const people = window.people;
const columns = [
  { title: "Name", dataIndex: "name", sorter: (a, b) => a.name.localeCompare(b.name), render: (name) => <><Avatar size="small">{name[0]}</Avatar> {name}</> },
  { title: "Mail", dataIndex: "mail" }, { title: "Year", dataIndex: "year", render: (year) => <Tag color="blue">Year {year}</Tag> },
  { title: "Mark", dataIndex: "mark", align: "right" }, { title: "", render: () => <Button type="link" size="small">Open</Button> } ];
const App = () => {
  const [isOpen, setOpen] = useState(false);
  const list = <Table size="middle" rowKey="mail" dataSource={people} columns={columns} rowSelection={{}} pagination={{ pageSize: 8 }} />;
  const form = <Form layout="vertical" style={{ maxWidth: 420 }}><Form.Item label="Class name"><Input placeholder="Shown to parents" /></Form.Item>
    <Form.Item label="Term"><Select options={[{ value: "a", label: "Autumn" }, { value: "s", label: "Spring" }]} /></Form.Item>
    <Form.Item label="First day"><DatePicker /></Form.Item><Form.Item><Checkbox>Send a weekly summary</Checkbox></Form.Item><Form.Item label="Public"><Switch /></Form.Item></Form>;
  const help = <Collapse items={[{ key: 1, label: "How are marks counted?", children: "Each mark counts once, and the last one twice." }, { key: 2, label: "Who sees them?", children: "Teachers of the class and its office." }]} />;
  return <Layout style={{ minHeight: "100vh" }}><Layout.Sider><Menu theme="dark" mode="inline" defaultSelectedKeys={["p"]} defaultOpenKeys={["c"]} items={[
      { key: "c", label: "Classes", children: [{ key: "p", label: "Pupils" }, { key: "m", label: "Marks" }] }, { key: "l", label: "Letters" }, { key: "s", label: "Settings", children: [{ key: "n", label: "Notices" }] }]} /></Layout.Sider>
    <Layout><Layout.Header style={{ color: "white" }}>Class 7b</Layout.Header><Layout.Content style={{ padding: 24 }}>
      <div style={{ display: "flex", gap: 16, marginBottom: 16 }}><Card style={{ flex: 1 }}><Statistic title="Pupils here today" value={27} suffix="of 30" /></Card><Card style={{ flex: 1 }}><Statistic title="Letters this week" value={112893} /></Card>
        <Card><Segmented options={["Day", "Week", "Term"]} /></Card></div>
      <Button type="primary" id="write" onClick={() => setOpen(true)}>Write a letter</Button>
      <Tabs items={[{ key: "1", label: "Pupils", children: list }, { key: "2", label: "Settings", children: form }, { key: "3", label: "Help", children: help }]} /></Layout.Content></Layout>
    <Modal title="Write a letter" open={isOpen} onCancel={() => setOpen(false)} onOk={() => setOpen(false)} okText="Send it"><p>Parents get it tonight.</p><Input.TextArea rows={4} /></Modal></Layout>;
};
createRoot(document.getElementById("root")).render(<App />);
