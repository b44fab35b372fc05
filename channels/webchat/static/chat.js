/**
 * Makes the chat smoother where JavaScript runs: no reload, and a lost network loses nothing.
 * What to say is decided by the server; without this file the plain form does the same.
 */

const TYPING_AFTER = 300; // milliseconds; an answer that comes sooner needs no sign of waiting
const GIVE_UP_AFTER = 15_000; // milliseconds for one attempt
const LONGEST_PAUSE = 30; // seconds between two attempts
const JUST_SHOWN = 300; // milliseconds in which nobody can have read a screen: a press is the second of a double one
const FAILURES_ALLOWED = 5; // in a row, of a broken server; then another press may do better

const form = document.getElementById("chat");
const log = document.getElementById("log");
const text = document.getElementById("text");
const news = document.getElementById("news");
const again = document.getElementById("again");
const words = form.dataset;

let sending = false;
let settling = 0;
let screensShown = log.querySelectorAll(".screen").length;

// ---- one turn --------------------------------------------------------------------------------------

function submitted(event) {
  event.preventDefault();
  if (sending) return;
  const button = event.submitter;
  const turn = Number(form.elements.turn.value);
  if (button.name === "action") {
    takeTurn({ action: button.value, turn }, button);
  } else if (text.value.trim()) {
    takeTurn({ text: text.value, turn }, form.querySelector(".composer button"));
  } else {
    text.focus();
  }
}

async function takeTurn(body, button) {
  sending = true;
  button.setAttribute("aria-busy", "true");
  const typing = setTimeout(showTyping, TYPING_AFTER, body);
  keepUnsent(body);
  try {
    const reply = await deliver(body);
    clearTimeout(typing);
    hideTyping();
    if (reply.screens) {
      forgetUnsent();
      tell("");
      showTurn(reply, body, body.text ?? button.textContent);
    } else {
      tell(reply.error || words.refused);
    }
  } finally {
    button.removeAttribute("aria-busy");
    sending = false;
  }
}

// ---- sending ---------------------------------------------------------------------------------------

/** Tries until the server has answered. The same body again is safe: its turn number is applied once. */
async function deliver(body) {
  let failures = 0;
  let proof = "";
  for (let pause = 1; ; pause = Math.min(pause * 2, LONGEST_PAUSE)) {
    const reply = await post(body, proof);
    failures = reply.status >= 500 ? failures + 1 : 0;
    if (reply.screens) return reply;
    if (reply.proof) {
      tell(reply.error);
      proof = await (await import(words.proof)).solve(reply.proof);
    } else if (reply.status === 429 || reply.retry_after) {
      const seconds = Math.max(1, Math.ceil(reply.retry_after || pause));
      tell([reply.error, fill(words.wait, { seconds })].filter(Boolean).join(" "));
      await sleep(seconds);
    } else if (reply.status === 403) {
      await startAfresh();
    } else if ((reply.status >= 400 && reply.status < 500) || failures > FAILURES_ALLOWED) {
      return reply;
    } else {
      tell(failures ? words.trouble : words.lost, true);
      await sleepOrWake(pause);
    }
  }
}

/** The server's answer with its status; status 0 when there was none, or none that we can read. */
async function post(body, proof) {
  const attempt = new AbortController();
  const timer = setTimeout(() => attempt.abort(), GIVE_UP_AFTER);
  try {
    // not form.action: a button of that name hides it
    const response = await fetch(form.getAttribute("action"), {
      method: "POST",
      headers: { "Content-Type": "application/json", Accept: "application/json", ...(proof && { "Hoctap-Proof": proof }) },
      body: JSON.stringify(body),
      signal: attempt.signal,
    });
    if (!response.ok) return { ...(await response.json().catch(() => null)), status: response.status };
    return { ...(await response.json()), status: 200 }; // throws on a Wi-Fi sign-in page, which says 200 too
  } catch {
    return { status: 0 };
  } finally {
    clearTimeout(timer);
  }
}

const sleep = (seconds) => new Promise((wake) => setTimeout(wake, seconds * 1000));

/** Waits, but not when the network comes back or the person presses "try again". */
async function sleepOrWake(seconds) {
  const done = new AbortController();
  const once = { once: true, signal: done.signal };
  await Promise.race([
    sleep(seconds),
    new Promise((wake) => addEventListener("online", wake, once)),
    new Promise((wake) => again.addEventListener("click", wake, once)),
  ]);
  done.abort();
}

/** The server no longer knows this page: loads it again, but only once by itself: it may not help. */
async function startAfresh() {
  if (sessionStorage.getItem("afresh")) {
    tell(words.stale, true);
    await new Promise((wake) => again.addEventListener("click", wake, { once: true }));
  }
  sessionStorage.setItem("afresh", "1");
  reload();
  await new Promise(() => {});
}

/** Not location.reload(): after a plain form the address may be /chat, which is only posted to. */
const reload = () => location.replace("/");

// ---- what was typed outlives a reload --------------------------------------------------------------

function keepUnsent(body) {
  if (body.text) sessionStorage.setItem("unsent", JSON.stringify(body));
}

function forgetUnsent() {
  sessionStorage.removeItem("unsent");
  sessionStorage.removeItem("afresh");
}

function restoreUnsent() {
  const unsent = JSON.parse(sessionStorage.getItem("unsent") || "null");
  sessionStorage.removeItem("unsent");
  // A later turn means that the server got it, unless it sent us here because it refused.
  const mayBeLost = String(unsent?.turn) === form.elements.turn.value || sessionStorage.getItem("afresh");
  if (unsent && mayBeLost && !text.value) text.value = unsent.text;
}

// ---- showing ---------------------------------------------------------------------------------------

function showTurn(reply, body, said) {
  if (body.text && text.value === body.text) text.value = "";
  if (reply.language !== document.documentElement.lang) {
    reload(); // the header, the composer and our own words are still in the old language
    return;
  }
  form.elements.turn.value = reply.turn;
  if (!reply.screens.length) return;

  const stays = focusStaysInText(reply.screens);
  // Where the focus moves to the new screen it is read out anyway: not a second time as news.
  log.setAttribute("aria-live", stays ? "polite" : "off");

  const before = [...log.children].pop();
  // A message keeps its buttons: they can be pressed at any time.
  for (const rows of log.querySelectorAll(".screen:not(.message) .rows")) rows.remove();
  const fresh = reply.screens.map(makeScreen);
  const answer = reply.screens[reply.screens.length - 1];
  if (answer.replaces && before && !before.matches(".message")) {
    // A press then leaves no trace; typed words stand above the screen they led to, and go when it goes.
    const passing = before.previousElementSibling;
    if (passing?.matches(".passing")) passing.remove();
    before.remove();
    if (body.text) fresh.unshift(makeMe(said, fresh.length > 1 ? "" : "passing"));
  } else {
    fresh.unshift(makeMe(said));
  }
  log.append(...fresh);
  settle();

  const first = fresh.find((element) => element.matches(".screen"));
  if (!stays) first.focus({ preventScroll: true });
  bringIntoView(fresh[0], first, fresh[fresh.length - 1]);
  if (body.action?.startsWith("v:")) play(fresh[fresh.length - 1].querySelector(".voice"));
}

/** Whoever pressed "listen" need not press again. Where the browser says no, the player is there to be pressed. */
function play(voice) {
  voice?.play().catch(() => {});
}

/** A double tap must not also answer the question that comes next. */
function settle() {
  clearTimeout(settling);
  form.classList.add("settling");
  settling = setTimeout(() => form.classList.remove("settling"), JUST_SHOWN);
}

/** Someone who is typing goes on typing; on a phone the keyboard goes away when there are buttons to see. */
function focusStaysInText(screens) {
  if (document.activeElement !== text) return false;
  const onPhone = matchMedia("(pointer: coarse)").matches;
  return text.value !== "" || !onPhone || !screens.some((screen) => screen.buttons.length);
}

function bringIntoView(top, firstScreen, bottom) {
  const height = bottom.getBoundingClientRect().bottom - top.getBoundingClientRect().top;
  const room = innerHeight - form.querySelector("footer").offsetHeight;
  if (height < room) bottom.scrollIntoView({ block: "end" });
  else firstScreen.scrollIntoView({ block: "start" });
}

function makeScreen(screen) {
  const id = `words-${(screensShown += 1)}`;
  const said = make("div", { id });
  said.innerHTML = screen.html; // made and escaped by our own server
  const bubble = make("div", { class: "bubble" });
  if (screen.progress) {
    const { now, of } = screen.progress;
    bubble.append(make("progress", { value: now, max: of, "aria-hidden": "true" })); // the words say it
  }
  if (screen.is_message && screen.html) {
    bubble.append(make("p", { class: "from", lang: document.documentElement.lang }, words.message));
  }
  bubble.append(said);
  if (screen.picture) {
    const alt = screen.picture_alt || "";
    bubble.append(make("img", { class: "picture", src: screen.picture, alt, loading: "lazy" }));
  }
  if (screen.document) {
    const name = screen.document_name || "";
    const link = { class: "document", href: screen.document, download: name };
    bubble.append(make("a", link, `${words.download}: ${name}`));
  }
  if (screen.voice) {
    const name = screen.voice_name || "";
    bubble.append(make("audio", { class: "voice", src: screen.voice, controls: "", preload: "none", "aria-label": name }));
  }
  const kind = screen.is_message ? "screen message new" : "screen new";
  const group = { class: kind, role: "group", tabindex: -1, "aria-labelledby": id };
  const whole = make("div", group, bubble);
  if (screen.language !== document.documentElement.lang) whole.lang = screen.language;
  if (screen.buttons.length) whole.append(make("div", { class: "rows" }, ...screen.buttons.map(makeRow)));
  return whole;
}

function makeRow(row) {
  const buttons = row.map(({ kind, action, label, url }) =>
    url
      ? make("a", { class: `button ${kind}`, href: url, target: "_blank", rel: "noopener" }, label)
      : make("button", { class: kind, name: "action", value: action }, label),
  );
  return make("div", { class: row.length > 4 ? "row many" : "row" }, ...buttons);
}

function makeMe(said, kind = "") {
  return make("p", { class: `me new ${kind}` }, make("span", { class: "unseen" }, `${words.you}: `), said);
}

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

function showTyping(body) {
  const dots = make("div", { class: "typing", "aria-hidden": "true" }, make("i", {}), make("i", {}), make("i", {}));
  log.append(dots);
  form.classList.add("waiting");
  if (body.text) dots.scrollIntoView({ block: "nearest" }); // after a press the pressed button shows it
}

function hideTyping() {
  form.classList.remove("waiting");
  log.querySelector(".typing")?.remove();
}

function tell(message, mayTryAgain = false) {
  if (news.textContent !== message) news.textContent = message;
  again.hidden = !mayTryAgain;
}

const fill = (template, values) => template.replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);

// ---- pictures on a bad network ---------------------------------------------------------------------

function pictureLost(picture) {
  if (!picture.matches(".picture") || picture.hidden) return;
  const retry = make("button", { class: "link", type: "button" }, words.pictureAgain);
  const instead = make("p", { class: "picture-lost" }, picture.alt || words.pictureLost, " ", retry);
  retry.addEventListener("click", () => {
    instead.remove();
    picture.hidden = false;
    picture.src = picture.getAttribute("src"); // setting it loads it again
    picture.closest(".screen").focus({ preventScroll: true });
  });
  picture.hidden = true;
  picture.after(instead);
}

// ---- start -----------------------------------------------------------------------------------------

// Without event.submitter (Chrome before 81, Safari before 15.4) the plain form stays in charge.
if ("submitter" in SubmitEvent.prototype) {
  restoreUnsent();
  form.addEventListener("submit", submitted);
  log.addEventListener("error", (event) => pictureLost(event.target), true);
  for (const picture of log.querySelectorAll(".picture")) {
    if (picture.complete && !picture.naturalWidth) pictureLost(picture);
  }
}
