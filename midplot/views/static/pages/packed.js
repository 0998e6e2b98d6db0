// Arrays in few bytes of JSON, as `packed` in `pages/_packed.py` writes them.

const TYPES = { i1: Int8Array, i2: Int16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array };

function raw({ type, data }) {
  const text = atob(data);
  const bytes = Uint8Array.from(text, (character) => character.charCodeAt(0));
  return new TYPES[type](bytes.buffer); // little-endian, as is every machine that a browser runs on
}

function summed(steps, { first, unit, scale, gaps }) {
  const values = new Float64Array(steps.length);
  let whole = first;
  for (let i = 0; i < steps.length; i++) {
    whole += steps[i];
    values[i] = (whole * unit) / scale;
  }
  for (const place of gaps) values[place] = NaN;
  return values;
}

export function unpacked(array) {
  if (array.type === "repeated") {
    return Float64Array.from({ length: array.n }, (_, i) => array.data[i % array.data.length]);
  }
  return array.scale === undefined ? raw(array) : summed(raw(array), array);
}
