/**
 * Records a question with the microphone of this browser. What was recorded becomes the chosen file of the form that
 * is there without this script, too: it can be played back, and only the form's own button sends it.
 */

const KINDS = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus"];
const MICROPHONE = { audio: { channelCount: 1, noiseSuppression: true, autoGainControl: true } };

const list = document.querySelector("[data-longest]");
const words = list.dataset;
const longest = Number(words.longest); // seconds

let stopOther = () => {};

function addRecorder(form) {
  const file = form.querySelector("input[type=file]");
  const send = form.querySelector("button");
  const name = form.querySelector("label .unseen").textContent;
  const button = make("button", { type: "button" }, words.record);
  const time = make("span", { class: "time" });
  const news = make("span", { role: "status" });
  const player = make("audio", { controls: "", "aria-label": name });
  button.append(make("span", { class: "unseen" }, ` ${name}`));
  const line = make("div", { class: "row recorder" }, button, time, news);
  form.querySelector("label").before(line);
  let recorder = null;

  const say = (label) => (button.firstChild.textContent = label);
  const stop = () => recorder?.state === "recording" && recorder.stop();

  button.addEventListener("click", async () => {
    if (recorder) {
      stop();
      return;
    }
    stopOther();
    button.disabled = true; // until somebody has said whether the microphone may be used
    try {
      recorder = await begin();
    } catch {
      news.textContent = words.denied;
      return;
    } finally {
      button.disabled = false;
    }
    button.focus();
    stopOther = stop;
    player.remove();
    say(words.stop);
    news.textContent = words.recording;
    const ticking = showTime(time, stop);
    recorder.onstop = () => {
      clearInterval(ticking);
      for (const track of recorder.stream.getTracks()) track.stop();
      keep(recorder.parts, recorder.mimeType);
      recorder = null;
      say(words.again);
      news.textContent = words.recorded;
    };
  });

  function keep(parts, kind) {
    const recorded = new File(parts, "recorded", { type: kind });
    const chosen = new DataTransfer();
    chosen.items.add(recorded);
    file.files = chosen.files;
    URL.revokeObjectURL(player.src);
    player.src = URL.createObjectURL(recorded);
    line.after(player);
    send.classList.add("main");
  }
}

/** A recorder that runs. Throws if somebody does not want it, or there is no microphone. */
async function begin() {
  const stream = await navigator.mediaDevices.getUserMedia(MICROPHONE);
  const mimeType = KINDS.find((kind) => MediaRecorder.isTypeSupported(kind));
  const recorder = new MediaRecorder(stream, { mimeType, audioBitsPerSecond: 64_000 });
  recorder.parts = [];
  recorder.ondataavailable = ({ data }) => recorder.parts.push(data);
  recorder.start();
  return recorder;
}

/** Shows how long it has lasted, and of how long it may; ends it then. */
function showTime(place, end) {
  const began = performance.now();
  const show = () => {
    const seconds = Math.floor((performance.now() - began) / 1000);
    place.textContent = `${clock(seconds)} / ${clock(longest)}`;
    if (seconds >= longest) end();
  };
  show();
  return setInterval(show, 250);
}

const clock = (seconds) => `${Math.floor(seconds / 60)}:${String(seconds % 60).padStart(2, "0")}`;

function make(name, attributes, ...children) {
  const element = document.createElement(name);
  for (const [key, value] of Object.entries(attributes)) element.setAttribute(key, value);
  element.append(...children);
  return element;
}

// Browsers lend the microphone only to pages that came over https, or from this machine.
if (navigator.mediaDevices?.getUserMedia && window.MediaRecorder && window.DataTransfer) {
  for (const form of list.querySelectorAll("[data-recorder]")) addRecorder(form);
} else {
  document.querySelector("[data-cannot-record]").hidden = false;
}
