import "@fontsource-variable/inter/index.css";
import "@fontsource-variable/jetbrains-mono/index.css";
import "./styles/tokens.css";
import "./styles/base.css";
import { mount } from "svelte";
import App from "./App.svelte";
import { chooseBackend } from "$lib/backend/choose";
import { Desk } from "$lib/state/desk.svelte";

const target = document.getElementById("app");
if (!target) throw new Error("index.html has no place for the window's content");

const desk = new Desk(await chooseBackend());
mount(App, { target, props: { desk } });
void desk.start();
