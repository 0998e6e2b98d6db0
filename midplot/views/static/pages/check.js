// The check page: sorts the table. Without JavaScript, the page lacks nothing else.

import { sortOnClick } from "./sorted_table.js";

const table = document.getElementById("checks"); // not there if only snapshots were checked
if (table) sortOnClick(table, (_heading, order) => order !== "ascending");
