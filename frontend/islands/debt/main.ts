import "./debt.scss";
