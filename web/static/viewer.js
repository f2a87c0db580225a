// The page image in OpenSeadragon: deep zoom, boxes and selectable text over it.
// Everything is in the units of OpenSeadragon's viewport: the page is 1 wide.

const SHEET = 36; // rem: the page's width when it is opened
const MARGIN = 24; // px around the page on the stage
const STEP = 1.35; // one press of a zoom key
const SVG = "http://www.w3.org/2000/svg";

const narrow = matchMedia("(max-width: 60rem)");

/** Load the viewer's library once; resolves to its global. */
function loadLibrary(address) {
  return new Promise((done, fail) => {
    if (window.OpenSeadragon) return done(window.OpenSeadragon);
    // The library writes a style element of its own unless it finds one; the CSP
    // forbids it, and our stylesheet says the same. An element of this name in no
    // namespace is found, and is no style sheet.
    const found = document.createElementNS(null, "style");
    found.setAttribute("data-openseadragon-mobile-css", "true");
    document.head.append(found);
    const script = document.createElement("script");
    script.src = address;
    script.onload = () => done(window.OpenSeadragon);
    script.onerror = fail;
    document.head.append(script);
  });
}

/** The page of a stage as OpenSeadragon wants it, without a request for info.json. */
function tileSource({ service, width, height, tile }) {
  const factors = [1];
  while (Math.max(width, height) / factors.at(-1) > tile) factors.push(factors.at(-1) * 2);
  return {
    "@context": "http://iiif.io/api/image/3/context.json",
    id: new URL(service, location.href).href,
    type: "ImageService3",
    protocol: "http://iiif.io/api/image",
    profile: "level2",
    width: Number(width),
    height: Number(height),
    tiles: [{ width: Number(tile), scaleFactors: factors }],
  };
}

/** Make a viewer on a stage; `onFailed` is called when its image does not come. */
export async function makeViewer(stage, onFailed) {
  const OSD = await loadLibrary(stage.dataset.viewer);
  const element = document.createElement("div");
  element.className = "viewer";
  stage.append(element);
  const viewer = OSD({
    element,
    drawer: "canvas",
    showNavigationControl: false,
    tabIndex: -1,
    animationTime: 0,
    blendTime: 0,
    immediateRender: true,
    preserveViewport: true,
    visibilityRatio: 0.6,
    maxZoomPixelRatio: 3,
    minZoomImageRatio: 0.7,
    gestureSettingsMouse: { clickToZoom: false, dblClickToZoom: true },
    gestureSettingsTouch: { dblClickToZoom: true, flickEnabled: true },
    crossOriginPolicy: false,
    silenceMultiImageWarnings: true,
  });
  viewer.overlaysContainer.style.mixBlendMode = "multiply";
  const view = new PageView(OSD, viewer, onFailed);
  // Until its first image is there a viewer cannot zoom.
  const ready = new Promise((done) => {
    viewer.world.addOnceHandler("add-item", done);
    viewer.addOnceHandler("add-item-failed", done);
  });
  view.show(stage);
  await ready;
  return view;
}

class PageView {
  constructor(OSD, viewer, onFailed) {
    this.OSD = OSD;
    this.viewer = viewer;
    this.onFailed = onFailed;
    this.moved = false; // the reader has chosen a zoom, which the next page keeps
    this.shown = "";
    viewer.addHandler("tile-drawn", () => this.stage.classList.add("viewing"));
    viewer.addHandler("tile-load-failed", () => {
      if (!this.stage.classList.contains("viewing")) onFailed();
    });
    viewer.addHandler("canvas-key", (event) => {
      event.preventDefaultAction = true;
    });
    viewer.addHandler("canvas-scroll", (event) => this.scroll(event));
    viewer.addHandler("zoom", () => this.letScroll());
    viewer.addHandler("canvas-drag", () => {
      this.moved = true;
    });
    viewer.addHandler("canvas-pinch", () => {
      this.moved = true;
    });
  }

  /** Draw the page that a stage describes, with its boxes. */
  show(stage) {
    this.stage = stage;
    const { service, width, height } = stage.dataset;
    this.aspect = height / width;
    if (narrow.matches) stage.style.height = `${Math.round(stage.clientWidth * this.aspect)}px`;
    if (this.shown !== service) {
      stage.classList.remove("viewing");
      const before = this.viewer.world.getItemAt(0);
      this.viewer.addTiledImage({
        tileSource: tileSource(stage.dataset),
        x: 0,
        y: 0,
        width: 1,
        success: () => {
          if (before) this.viewer.world.removeItem(before);
        },
        error: this.onFailed,
      });
      this.shown = service;
    }
    this.mark(stage);
    this.settle(stage.querySelector(".marks .now"));
  }

  /** Fit the page as it opens: at reading width, at its top or at the current hit. */
  settle(current) {
    const { clientWidth: wide, clientHeight: high } = this.stage;
    const margin = narrow.matches ? 0 : MARGIN;
    const rem = parseFloat(getComputedStyle(document.documentElement).fontSize);
    const kept = this.moved ? this.viewer.viewport.getBounds(true) : null;
    const page = Math.min(wide - 2 * margin, narrow.matches ? wide : SHEET * rem);
    const width = kept ? kept.width : wide / page;
    const height = (width * high) / wide;
    const edge = (margin / wide) * width;
    const lowest = Math.max(-edge, this.aspect + edge - height);
    const middle = current ? this.centre(current) : null;
    const top = middle ? Math.min(Math.max(middle.y - height / 2, -edge), lowest) : -edge;
    const centred = kept ? this.sideways(kept, middle) : 0.5 - width / 2;
    this.viewer.viewport.fitBounds(new this.OSD.Rect(centred, top, width, height), true);
    this.letScroll();
  }

  sideways(kept, middle) {
    const inside = !middle || (middle.x > kept.x && middle.x < kept.x + kept.width);
    return inside ? kept.x : middle.x - kept.width / 2;
  }

  centre(box) {
    const { x, y, width, height } = box.getBBox();
    const scan = Number(this.stage.dataset.scanWidth);
    return { x: (x + width / 2) / scan, y: (y + height / 2) / scan };
  }

  /** Lay the page's boxes over it, and room for its text. */
  mark(stage) {
    this.viewer.clearOverlays();
    const over = document.createElement("div");
    over.className = "over-page";
    over.setAttribute("aria-hidden", "true");
    const marks = stage.querySelector(".sheet .marks");
    if (marks) over.append(marks.cloneNode(true));
    this.viewer.addOverlay({
      element: over,
      location: new this.OSD.Rect(0, 0, 1, this.aspect),
    });
    this.over = over;
    this.layText(stage, over);
  }

  /** Selectable text, a line at a time, from the page's annotations. */
  async layText(stage, over) {
    const { lines, scanWidth, scanHeight } = stage.dataset;
    if (!lines) return;
    const response = await fetch(lines).catch(() => null);
    if (!response?.ok || over !== this.over) return;
    const { items = [] } = await response.json();
    const layer = document.createElementNS(SVG, "svg");
    layer.setAttribute("class", "lines");
    layer.setAttribute("viewBox", `0 0 ${scanWidth} ${scanHeight}`);
    layer.append(...items.map(textLine).filter(Boolean));
    // A drag that begins on a line selects; anywhere else it moves the page.
    for (const kind of ["pointerdown", "mousedown", "click", "dblclick"]) {
      layer.addEventListener(kind, (event) => {
        if (event.pointerType !== "touch") event.stopPropagation();
      });
    }
    over.append(layer);
  }

  /** The wheel moves the page like a document; with Ctrl it zooms. */
  scroll(event) {
    const wheel = event.originalEvent;
    if (wheel.ctrlKey) {
      this.moved = true;
      return;
    }
    event.preventDefaultAction = true;
    if (narrow.matches) {
      event.preventDefault = false;
      return;
    }
    const lines = wheel.deltaMode === 1 ? 20 : 1;
    this.pan(wheel.deltaX * lines, wheel.deltaY * lines);
  }

  /** Move the window over the page by px. */
  pan(right, down) {
    const { viewport } = this.viewer;
    viewport.panBy(viewport.deltaPointsFromPixels(new this.OSD.Point(right, down)), true);
    viewport.applyConstraints(true);
  }

  zoom(steps) {
    this.moved = true;
    this.viewer.viewport.zoomBy(STEP ** steps, null, true);
    this.viewer.viewport.applyConstraints(true);
  }

  /** The whole page at once. */
  whole() {
    this.moved = false;
    this.viewer.viewport.fitBounds(new this.OSD.Rect(0, 0, 1, this.aspect), true);
    this.letScroll();
  }

  /** Whether the page is wider than the stage, so that arrows move it. */
  get enlarged() {
    return this.viewer.viewport.getBounds(true).width < 0.99;
  }

  /** On a phone an unenlarged page scrolls with the finger like any text. */
  letScroll() {
    this.viewer.canvas.style.touchAction = narrow.matches && !this.enlarged ? "pan-y" : "none";
  }
}

function textLine(annotation) {
  const place = /#xywh=(?:pixel:)?(\d+),(\d+),(\d+),(\d+)/.exec(
    typeof annotation.target === "string" ? annotation.target : annotation.target?.id || "",
  );
  const body = Array.isArray(annotation.body) ? annotation.body[0] : annotation.body;
  if (!place || !body?.value) return null;
  const [x, y, width, height] = place.slice(1).map(Number);
  const line = document.createElementNS(SVG, "text");
  line.setAttribute("x", x);
  line.setAttribute("y", y + height * 0.8);
  line.setAttribute("font-size", height * 0.8);
  line.setAttribute("textLength", width);
  line.setAttribute("lengthAdjust", "spacingAndGlyphs");
  line.textContent = `${body.value}\n`;
  return line;
}
