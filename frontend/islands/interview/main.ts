import "./interview.scss";
