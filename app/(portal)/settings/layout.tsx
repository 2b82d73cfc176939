export { default } from "../section-layout";
