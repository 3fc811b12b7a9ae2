import { mount } from "svelte";
import App from "./App.svelte";
import "./app.css";
import { theme } from "./ui/theme.svelte";

theme.apply();
history.scrollRestoration = "manual";

const target = document.getElementById("app");
if (target) mount(App, { target });
