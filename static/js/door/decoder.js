// Reading QR codes in a picture: the browser's own detector where it works, else zxing compiled to WebAssembly.

const LONG_SIDE = 960;

async function native() {
  if (!("BarcodeDetector" in window)) return null;
  const formats = await BarcodeDetector.getSupportedFormats().catch(() => []);
  if (!formats.includes("qr_code")) return null;
  const detector = new BarcodeDetector({ formats: ["qr_code"] });
  return async (canvas) => (await detector.detect(canvas)).map((code) => code.rawValue);
}

function loadScript(url) {
  return new Promise((resolve, reject) => {
    const script = document.createElement("script");
    script.src = url;
    script.onload = resolve;
    script.onerror = () => reject(new Error("the decoder could not be loaded"));
    document.head.append(script);
  });
}

async function compiled({ script, wasm }) {
  if (!window.ZXingWASM) await loadScript(script);
  await ZXingWASM.prepareZXingModule({ overrides: { locateFile: () => wasm }, fireImmediately: true });
  const options = { formats: ["QRCode"], tryHarder: true, maxNumberOfSymbols: 1 };
  return async (canvas, pixels) => {
    const image = pixels.getImageData(0, 0, canvas.width, canvas.height);
    return (await ZXingWASM.readBarcodes(image, options)).map((code) => code.text);
  };
}

export class Decoder {
  /** `assets` = {script, wasm}: our own copies; the library would otherwise fetch from a foreign host. */
  constructor(assets) {
    this.assets = assets;
    this.canvas = document.createElement("canvas");
    this.pixels = this.canvas.getContext("2d", { willReadFrequently: true });
  }

  async prepare() {
    if (this.detect) return;
    const detect = await native();
    this.engine = detect ? "native" : "zxing";
    this.detect = detect || await compiled(this.assets);
  }

  /** The texts of the codes that the video shows now. */
  async read(video) {
    if (!video.videoWidth) return [];
    const scale = Math.min(1, LONG_SIDE / Math.max(video.videoWidth, video.videoHeight));
    this.canvas.width = Math.round(video.videoWidth * scale);
    this.canvas.height = Math.round(video.videoHeight * scale);
    this.pixels.drawImage(video, 0, 0, this.canvas.width, this.canvas.height);
    try {
      return (await this.detect(this.canvas, this.pixels)).filter(Boolean);
    } catch (error) {
      if (this.engine !== "native") throw error;
      this.engine = "zxing";  // announced but not working, as on phones without the vendor's services
      this.detect = await compiled(this.assets);
      return [];
    }
  }
}
