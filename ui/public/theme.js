// Sets the theme that was chosen before anything is painted; without a choice the system's holds.
try {
  const chosen = localStorage.getItem("headgate.theme");
  if (chosen === "light" || chosen === "dark") document.documentElement.dataset.theme = chosen;
} catch {
  // Storage may be blocked: the system's theme holds.
}
