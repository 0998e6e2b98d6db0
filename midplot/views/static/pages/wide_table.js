// Says when a table has columns beyond the right edge of its box.

export function watchWidth(box) {
  const [scroll] = box.children;
  const look = () => {
    const isMore = scroll.scrollLeft + scroll.clientWidth < scroll.scrollWidth - 2;
    box.dataset.more = String(isMore);
  };
  scroll.addEventListener("scroll", look, { passive: true });
  new ResizeObserver(look).observe(scroll);
  look();
}
