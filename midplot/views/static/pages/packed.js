// Arrays in few bytes of JSON, as `packed` in `pages/_packed.py` writes them.

const TYPES = { i1: Int8Array, i2: Int16Array, i4: Int32Array, f4: Float32Array, f8: Float64Array };

function raw(type, data) {
  const bytes = Uint8Array.from(atob(data), (character) => character.charCodeAt(0));
  return new TYPES[type](bytes.buffer); // little-endian, as is every machine that a browser runs on
}

function summed(steps, [first, unit, scale, gaps = []]) {
  const values = new Float64Array(steps.length);
  let whole = first;
  for (let i = 0; i < steps.length; i++) {
    whole += steps[i];
    values[i] = (whole * unit) / scale;
  }
  for (const place of gaps) values[place] = NaN;
  return values;
}

export function unpacked([type, data, ...whole]) {
  return whole.length ? summed(raw(type, data), whole) : raw(type, data);
}
