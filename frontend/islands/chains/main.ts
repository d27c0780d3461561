import "./chains.scss";
import { textsOf } from "../../lib/texts";

const box = document.getElementById("pict-chains");
if (box) void import("./draw").then(({ start }) => start(box, textsOf("pict-texts")));
