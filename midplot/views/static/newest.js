// Keeps the newest value of what Python sends in whole, each with a number.

// When a page is loaded, or connected again, the notebook asks the kernel for the state of all widgets. What Python sends
// before that answer is in place is newer, and must not be replaced by it. Registered before anything that draws the value.
export function keepNewest(model, name) {
  let newest = model.get(name);
  const keep = () => {
    const found = model.get(name);
    if (found.number < newest.number) model.set(name, newest);
    else newest = found;
  };
  model.on(`change:${name}`, keep);
  return () => model.off(`change:${name}`, keep);
}
