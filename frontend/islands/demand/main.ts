import "./demand.scss";
