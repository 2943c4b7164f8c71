// The files of replies that wait, in this browser's IndexedDB: by the reply's client_id.

const STORE = "files";

function opened() {
  return settled(Object.assign(indexedDB.open("outbox", 1), {
    onupgradeneeded: ({ target }) => target.result.createObjectStore(STORE),
  }));
}

const settled = (request) => new Promise((done, failed) => {
  request.onsuccess = () => done(request.result);
  request.onerror = () => failed(request.error);
});

async function within(mode, work) {
  const base = await opened();
  try {
    const change = base.transaction(STORE, mode);
    const result = await settled(work(change.objectStore(STORE)));
    if (mode === "readwrite") await new Promise((done, failed) => Object.assign(change, { oncomplete: done, onabort: failed }));
    return result;
  } finally {
    base.close();
  }
}

/** Whether they are kept: storage may be full or forbidden. */
export const keepFiles = (id, files) => within("readwrite", (store) => store.put(files, id)).then(() => true, () => false);

/** The files of a reply; none when they are not there any more. */
export const filesOf = (id) => within("readonly", (store) => store.get(id)).then((files) => files ?? [], () => []);

export const dropFiles = (id) => within("readwrite", (store) => store.delete(id)).catch(() => {});
