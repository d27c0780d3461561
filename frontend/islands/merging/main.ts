import "./merging.scss";
