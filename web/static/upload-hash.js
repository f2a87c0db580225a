// The sha-256 of a file, read piece by piece beside the page, so that the page never stands still.
import { sha256 } from "./vendor/noble-hashes/sha2.js";

self.addEventListener("message", async ({ data: { number, file } }) => {
  try {
    const hash = sha256.create();
    const reader = file.stream().getReader();
    for (;;) {
      const { done, value } = await reader.read();
      if (done) break;
      hash.update(value);
    }
    const digest = Array.from(hash.digest(), (byte) => byte.toString(16).padStart(2, "0")).join("");
    self.postMessage({ number, digest });
  } catch (error) {
    self.postMessage({ number, failed: String(error) });
  }
});
