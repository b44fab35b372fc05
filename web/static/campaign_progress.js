// How far a campaign has come, without pressing "Xem lại": the server sends the changed part of the page.

const progress = document.getElementById("progress");
const events = new EventSource(progress.dataset.events);

events.addEventListener("progress", event => {
  const drawn = document.createElement("template");
  drawn.innerHTML = event.data;
  for (const part of drawn.content.children) {
    const present = document.getElementById(part.id);
    // What has not changed keeps the focus.
    if (present && present.innerHTML !== part.innerHTML) present.innerHTML = part.innerHTML;
  }
});

events.addEventListener("over", () => events.close());
