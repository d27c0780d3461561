import "../people/people.scss";
import "./duplicates.scss";
