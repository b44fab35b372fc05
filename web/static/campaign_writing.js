// Writing a campaign: buttons for bold, italic and links; what is put in by a press; the phone beside, as one types.
// Without this script all of it can be typed, and "Xem thử" shows the phone.

const form = document.getElementById("writing");
const PAUSE = 400; // ms without a key

let present; // the text in which one writes

const put = (area, before, after = "") => {
  const {selectionStart: start, selectionEnd: end, value} = area;
  area.setRangeText(before + value.slice(start, end) + after, start, end, "end");
  if (start === end && after) area.setSelectionRange(start + before.length, start + before.length);
  area.focus();
  area.dispatchEvent(new Event("input", {bubbles: true}));
};

const pressable = (words, press) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = words;
  button.addEventListener("click", press);
  return button;
};

const link = area => {
  const address = prompt(form.dataset.address, "https://");
  if (address) put(area, `<a href="${address.trim().replaceAll('"', "%22")}">`, "</a>");
};

for (const area of form.querySelectorAll("textarea")) {
  present ??= area;
  area.addEventListener("focus", () => { present = area; });
  const toolbar = document.createElement("div");
  toolbar.className = "toolbar";
  toolbar.setAttribute("role", "group");
  toolbar.setAttribute("aria-label", form.dataset.marks);
  toolbar.append(
    pressable(form.dataset.bold, () => put(area, "<b>", "</b>")),
    pressable(form.dataset.italic, () => put(area, "<i>", "</i>")),
    pressable(form.dataset.link, () => link(area)),
  );
  area.before(toolbar);
}

for (const code of form.querySelectorAll("code[data-insert]")) {
  const words = code.textContent;
  code.replaceWith(pressable(words, () => put(present, words)));
}

for (const kind of form.querySelectorAll("select[data-kind]")) {
  const fields = kind.closest("fieldset").querySelectorAll("[data-of-link]");
  const show = () => { for (const each of fields) each.hidden = kind.value !== "link"; };
  kind.addEventListener("change", show);
  show();
}

const picture = form.elements.picture;
picture.addEventListener("change", () => {
  const isTooLarge = picture.files[0]?.size > Number(form.dataset.largestPicture);
  picture.setCustomValidity(isTooLarge ? form.dataset.pictureTooLarge : "");
  picture.reportValidity();
});

let timer, asked;

const preview = async () => {
  asked?.abort();
  asked = new AbortController();
  const typed = new FormData(form);
  typed.delete("picture");
  typed.set("part", "preview");
  try {
    const answer = await fetch(form.dataset.preview, {method: "POST", body: typed, signal: asked.signal, redirect: "error"});
    if (!answer.ok) return;
    const drawn = document.createElement("template");
    drawn.innerHTML = await answer.text();
    const previews = drawn.content.getElementById("previews");
    if (previews) document.getElementById("previews").replaceWith(previews);
  } catch {
    // one types on, or the network is gone: the phone stays as it was
  }
};

form.addEventListener("input", event => {
  if (event.target === picture) return;
  clearTimeout(timer);
  timer = setTimeout(preview, PAUSE);
});
