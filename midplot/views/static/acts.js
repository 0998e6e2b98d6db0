// Carries what a person did from the other parts of the view to Python, on a connection that Python never writes to:
// JupyterLab hands such messages to a thread of their own, so that they are heard while a cell is running.

function render({ model, el }) {
  el.style.display = "none";
  let root = null;
  let stopped = false;
  const forward = (event) => {
    event.stopPropagation();
    model.send(event.detail);
  };
  function attach() {
    // A widget is rendered before it is put into its parent: the root is there from the next frame on.
    root = el.closest(".midplot-view");
    if (!root) {
      if (!stopped) requestAnimationFrame(attach);
      return;
    }
    root.addEventListener("midplot-act", forward);
    root.dataset.acts = "ready";
    root.dispatchEvent(new CustomEvent("midplot-ready"));
  }
  attach();
  return () => {
    stopped = true;
    if (root) root.removeEventListener("midplot-act", forward);
  };
}

export default { render };
