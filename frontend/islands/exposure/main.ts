import "./exposure.scss";
import { textsOf } from "../../lib/texts";

const box = document.getElementById("expo-map");
if (box) void import("./map").then(({ draw }) => draw(box, textsOf("expo-texts")));
