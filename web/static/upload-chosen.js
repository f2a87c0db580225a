// Which files did somebody choose or drop? Those of the folder itself, without what systems leave there.

const NOT_PAGES = new Set(["thumbs.db", "desktop.ini", "book.yaml", "books.csv"]);
const isPage = (name) => !name.startsWith(".") && !NOT_PAGES.has(name.toLowerCase());

/** Of an input's files; `inside` is how many lie in inner folders, whose names may be the same. */
export function chosen(list) {
  const found = [...list].filter((file) => isPage(file.name));
  const files = found.filter((file) => file.webkitRelativePath.split("/").length <= 2);
  return { files, inside: found.length - files.length };
}

/** Of what was dropped: files, and the files of folders. */
export async function dropped(transfer) {
  const roots = [...transfer.items].map((item) => item.webkitGetAsEntry?.()).filter(Boolean);
  if (!roots.length) return { files: [...transfer.files].filter((file) => isPage(file.name)), inside: 0 };
  const files = [];
  let inside = 0;
  for (const root of roots) {
    for (const entry of root.isDirectory ? await entriesOf(root) : [root]) {
      if (entry.isDirectory) inside += (await entriesOf(entry)).length;
      else if (isPage(entry.name)) files.push(await new Promise((resolve, reject) => entry.file(resolve, reject)));
    }
  }
  return { files, inside };
}

async function entriesOf(folder) {
  const reader = folder.createReader();
  const found = [];
  for (;;) {
    const some = await new Promise((resolve, reject) => reader.readEntries(resolve, reject));
    if (!some.length) return found;
    found.push(...some);
  }
}
