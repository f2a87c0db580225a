// The server has drawn the grid already: it is painted first, then the script comes.
requestAnimationFrame(() => setTimeout(() => import("./grid.js")));
