import "./report.scss";
