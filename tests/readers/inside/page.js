// Runs in a page, and writes what the browser makes of the stylesheet of each frame into #out.
addEventListener("load", () => {
  const found = {};
  for (const frame of document.querySelectorAll("iframe")) {
    const page = frame.contentDocument;
    const color = (element, property) =>
      frame.contentWindow.getComputedStyle(element)[property].match(/[\d.]+/g).map(Number);
    const probe = page.createElement("i");
    const classes = [...page.querySelectorAll("i")].map((element) => [
      element.className,
      color(element, "backgroundColor"),
    ]);
    const elements = page.querySelectorAll("*").length - classes.length;
    page.body.append(probe);
    const rules = [...page.styleSheets].flatMap((sheet) => [...sheet.cssRules]);
    const variables = rules
      .flatMap((rule) => [...(rule.style ?? [])])
      .map((name) => {
        probe.style.color = `var(${name})`;
        return [name, color(probe, "color")];
      });
    found[frame.id] = {
      variables,
      classes,
      elements,
      rules: rules.map((rule) => rule.selectorText ?? rule.constructor.name),
      ink: color(page.body, "color"),
      title: page.title,
    };
  }
  document.getElementById("out").textContent = JSON.stringify(found);
});
