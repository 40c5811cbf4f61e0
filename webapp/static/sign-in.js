// Sends the sign-in, the choice of a password, or a person of the demo, and says what went wrong.

const problem = document.getElementById("problem");

function next() {
  // Only an address of this site: "//elsewhere" and "/\\elsewhere" are not.
  const wanted = new URL(new URLSearchParams(location.search).get("next") ?? "/", location.origin);
  return wanted.origin === location.origin ? wanted.pathname + wanted.search : "/";
}

// Asked for before it is needed: on a bad line nobody waits for it.
const lastPerson = import("/capture/last_person.js").catch(() => null);

async function forgetLastPerson() {
  const module = await Promise.race([lastPerson, new Promise((done) => { setTimeout(done, 2000, null); })]);
  if (module) return module.forget();
  localStorage.removeItem("cim.capture.person");
  indexedDB.deleteDatabase("cim-person");
}

async function send(address, body, then) {
  problem.textContent = "";
  try {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json" },
      body: JSON.stringify(body),
    });
    if (answer.ok) {
      // The capture page opens without a network for the last person; from here on that is whoever signs in now.
      await forgetLastPerson();
      location.assign(then);
      return;
    }
    const told = await answer.json().catch(() => ({}));
    problem.textContent = told.error?.message ?? `${answer.status}`;
  } catch {
    problem.textContent = document.documentElement.lang === "sv" ? "Inget nätverk. Försök igen." : "No network. Try again.";
  }
}

document.getElementById("sign-in")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  send("/api/v1/session", { email: form.get("email"), password: form.get("password") }, next());
});

document.getElementById("choose-password")?.addEventListener("submit", (event) => {
  event.preventDefault();
  const form = new FormData(event.target);
  send("/api/v1/password", { link: event.target.dataset.link, password: form.get("password") }, "/");
});

for (const button of document.querySelectorAll(".demo-people button")) {
  button.addEventListener("click", () =>
    send("/api/v1/session", { email: button.dataset.email, password: button.dataset.password }, next()),
  );
}
