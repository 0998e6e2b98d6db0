// The check page: sorts the table. Without JavaScript, the page lacks nothing else.

import { sortOnClick } from "./sorted_table.js";

sortOnClick(document.getElementById("checks"), (_heading, order) => order !== "ascending");
