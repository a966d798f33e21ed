// The keyboard of the review page. Everything it does can also be done with the forms on the page.
(function () {
  "use strict";
  var rows = Array.prototype.slice.call(document.querySelectorAll("#rows > .row"));
  var form = document.getElementById("judge");
  var target = document.getElementById("target");
  var keys = document.getElementById("keys");
  var place = "hunter.row:" + location.pathname;
  var at = -1;

  function remember(value) { try { sessionStorage.setItem(place, value); } catch (refused) { return; } }
  function remembered() { try { return sessionStorage.getItem(place); } catch (refused) { return null; } }

  function tell() {
    if (!target || !rows.length) return;
    var ticked = document.querySelectorAll("#rows input:checked").length;
    target.textContent = ticked ? ticked + " ticked:" : at >= 0 ? "Marked row:" : "Tick rows, then:";
  }

  function move(to, quietly) {
    if (!rows.length) return;
    if (at >= 0) rows[at].classList.remove("at");
    at = Math.max(0, Math.min(rows.length - 1, to));
    rows[at].classList.add("at");
    remember(String(at));
    if (!quietly) {
      rows[at].querySelector("a.name").focus({ preventScroll: true });
      rows[at].scrollIntoView({ block: "nearest" });
      var bar = document.querySelector(".verdicts");
      var under = bar ? rows[at].getBoundingClientRect().bottom - bar.getBoundingClientRect().top : 0;
      if (under > 0) window.scrollBy(0, under + 8);
    }
    tell();
  }

  function judge(number) {
    var button = document.querySelector('button.verdict[data-key="' + number + '"]');
    if (!button) return;
    if (rows.length && !document.querySelector("#rows input:checked")) {
      var box = at >= 0 && rows[at].querySelector("input[type=checkbox]");
      if (!box) return;
      box.checked = true;
    }
    if (rows.length && button.value === "unsure") remember(String(Math.min(at + 1, rows.length - 1)));  // it stays where it is
    button.click();
  }

  function press(id) {
    var found = document.getElementById(id);
    if (found) found.click();
    return Boolean(found);
  }

  document.addEventListener("keydown", function (event) {
    if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    var typing = /^(INPUT|SELECT|TEXTAREA)$/.test(event.target.tagName) && event.target.type !== "checkbox";
    if (typing) {
      if (event.key === "Escape") event.target.blur();
      if (event.key === "Enter" && event.target.id === "note") event.preventDefault();
      return;
    }
    if (keys && keys.open) return;
    var done = true;
    if (event.key === "j") rows.length ? move(at + 1) : press("next");
    else if (event.key === "k") rows.length ? move(at < 0 ? 0 : at - 1) : press("previous");
    else if (event.key === "o" && at >= 0) rows[at].querySelector("a.name").click();
    else if (event.key === "x" && at >= 0) rows[at].querySelector("input[type=checkbox]").click();
    else if (/^[1-5]$/.test(event.key)) judge(event.key);
    else if (event.key === "u") done = press("undo");
    else if (event.key === "b") done = press("back");
    else if (event.key === "n") { var note = document.getElementById("note"); done = Boolean(note); if (note) note.focus(); }
    else if (event.key === "/") { var words = document.getElementById("words"); done = Boolean(words); if (words) words.focus(); }
    else if (event.key === "?" && keys) keys.showModal();
    else done = false;
    if (done) event.preventDefault();
  });

  if (form) form.addEventListener("submit", function (event) {
    if (rows.length && !document.querySelector("#rows input:checked")) {
      var box = at >= 0 && rows[at].querySelector("input[type=checkbox]");
      if (box) box.checked = true; else { event.preventDefault(); if (target) target.textContent = "Nothing is ticked."; }
    }
  });
  rows.forEach(function (row, index) {
    row.addEventListener("focusin", function () { if (at !== index) move(index, true); });
    row.addEventListener("change", tell);
  });
  if (rows.length && (remembered() !== null || document.querySelector(".message"))) move(Number(remembered() || 0));
})();
