// Whom a campaign is for: counts while one chooses, and finds communes by any of their names.
// Without this script a button counts, and all communes are in the list.

const form = document.getElementById("audience");
const PAUSE = 400; // ms without a change

let timer, asked;

const count = async () => {
  asked?.abort();
  asked = new AbortController();
  const chosen = new FormData(form);
  chosen.set("part", "reach");
  const reach = document.getElementById("reach");
  reach.setAttribute("aria-busy", "true");
  try {
    const answer = await fetch(form.dataset.count, {method: "POST", body: chosen, signal: asked.signal, redirect: "error"});
    if (!answer.ok) return;
    const drawn = document.createElement("template");
    drawn.innerHTML = await answer.text();
    const counted = drawn.content.getElementById("reach");
    if (counted) reach.innerHTML = counted.innerHTML; // the element stays: what changes in it is read out
  } catch {
    // something else was chosen meanwhile, or the network is gone
  } finally {
    reach.removeAttribute("aria-busy");
  }
};

form.addEventListener("input", event => {
  if (event.target.id === "find") return;
  clearTimeout(timer);
  timer = setTimeout(count, PAUSE);
});

const fold = text => text.toLowerCase().replaceAll("đ", "d").normalize("NFD").replace(/\p{M}/gu, "").replace(/\s+/g, " ").trim();

const finder = document.getElementById("finder");
if (finder) {
  finder.hidden = false;
  const find = document.getElementById("find");
  find.addEventListener("input", () => {
    const wanted = fold(find.value);
    for (const each of form.querySelectorAll("[data-names]")) {
      each.hidden = !each.dataset.names.includes(wanted) && !each.querySelector("input").checked;
    }
  });
  find.addEventListener("keydown", event => { if (event.key === "Enter") event.preventDefault(); });
}
