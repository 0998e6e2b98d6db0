// Draws the charts of a page when they come into sight, from the data that each one holds.
(() => {
  "use strict";
  const config = { responsive: true, displaylogo: false, showSendToCloud: false };

  const draw = (place) => {
    const { data, layout } = JSON.parse(place.querySelector("script").textContent);
    place.replaceChildren();
    // The page has a width of its own; one that the notebook was saved with would not fit a phone.
    window.Plotly.newPlot(place, data, { ...layout, width: undefined, autosize: true }, config);
  };

  const watch = new IntersectionObserver(
    (entries) => {
      for (const entry of entries) {
        if (!entry.isIntersecting) continue;
        watch.unobserve(entry.target);
        draw(entry.target);
      }
    },
    { rootMargin: "400px" },
  );
  for (const place of document.querySelectorAll(".midplot-chart")) watch.observe(place);
})();
