import "./trust.scss";
