import "./effectiveness.scss";
