// The code editor round CodeMirror (its bundle comes before this file). Data contract:
// pages/ui/editor_mirror.py.
//
// What is typed goes to Python after a pause, when the editor is left, and with a run; never in
// the middle of a composition. A text from Python is taken once per version, so a rerun that
// overtakes the typing changes nothing.

const PAUSE = 300; // ms without a key until the text is sent
const INDENT = 4;
const APPLE = /mac|iphone|ipad/i.test(navigator.platform);
const stood = new Map(); // by key: the text of an editor that the page takes down and puts up again

function indentHere(view) {
  const { state } = view;
  const { from, empty } = state.selection.main;
  if (!empty) return CodeMirror.indentMore(view);
  const column = from - state.doc.lineAt(from).from;
  view.dispatch(state.replaceSelection(" ".repeat(INDENT - (column % INDENT))), {
    scrollIntoView: true, userEvent: "input",
  });
  return true;
}

class Editor {
  constructor(root) {
    this.root = root;
    for (const name of ["name", "field", "hint"]) this[name] = root.querySelector(`.${name}`);
    this.status = root.querySelector("[role=status]");
  }

  update(component) {
    const { data } = component;
    this.component = component;
    this.labels = data.labels;
    if (!this.view) this.build(data);
    else if (data.version !== this.version) this.replace(data);
    this.nameParts(data);
  }

  build(data) {
    const kept = stood.get(data.key);
    const same = kept?.version === data.version && kept.opened === data.opened;
    this.version = data.version;
    this.sent = data.text;
    this.attributes = new CodeMirror.Compartment();
    this.view = new CodeMirror.EditorView({
      doc: same ? kept.text : data.text,
      extensions: this.extensions(data),
      parent: this.field,
      root: this.root.getRootNode(),
    });
  }

  extensions({ longest }) {
    const { EditorState, EditorView, keymap } = CodeMirror;
    const run = () => this.run();
    return [
      CodeMirror.lineNumbers(),
      CodeMirror.highlightActiveLine(),
      CodeMirror.highlightActiveLineGutter(),
      CodeMirror.history(),
      CodeMirror.bracketMatching(),
      CodeMirror.indentOnInput(),
      CodeMirror.indentUnit.of(" ".repeat(INDENT)),
      EditorState.tabSize.of(INDENT),
      EditorState.changeFilter.of((change) =>
        change.newDoc.length <= Math.max(longest, change.startState.doc.length) || this.refuse()),
      new CodeMirror.LanguageSupport(CodeMirror.pythonLanguage),
      CodeMirror.syntaxHighlighting(CodeMirror.classHighlighter),
      keymap.of([
        { key: "Mod-Enter", run, stopPropagation: true, preventDefault: true },
        { key: "Tab", run: indentHere, shift: CodeMirror.indentLess },
        ...CodeMirror.defaultKeymap,
        ...CodeMirror.historyKeymap,
      ]),
      EditorView.updateListener.of((update) => update.docChanged && this.changed()),
      EditorView.domEventHandlers({
        keydown: (event) => this.leaving(event),
        blur: () => { this.stay(); this.push(); },
      }),
      this.attributes.of([]),
    ];
  }

  nameParts({ label, lang }) {
    const { hint, labels, name, view } = this;
    const said = fill(labels.hint, { mod: APPLE ? "⌘" : "Ctrl" });
    if (name.textContent === label && hint.textContent === said) return;
    say(name, label);
    say(hint, said);
    const named = { "aria-label": label, "aria-describedby": hint.id, lang: lang === "zh" ? "zh-CN" : lang };
    view.dispatch({ effects: this.attributes.reconfigure(CodeMirror.EditorView.contentAttributes.of(named)) });
  }

  // Put there by the page: one change of its own, so that the learner can take it back.
  replace({ text, version }) {
    clearTimeout(this.timer);
    this.version = version;
    this.sent = text;
    this.view.dispatch({
      changes: { from: 0, to: this.view.state.doc.length, insert: text },
      annotations: CodeMirror.isolateHistory.of("full"),
    });
    clearTimeout(this.timer);
  }

  text() {
    return this.view.state.sliceDoc();
  }

  changed() {
    const { key, opened } = this.component.data;
    stood.set(key, { version: this.version, opened, text: this.text() });
    this.later();
  }

  later() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.push(), PAUSE);
  }

  push() {
    clearTimeout(this.timer);
    if (!this.view) return;
    if (this.view.composing) return void this.later();
    const text = this.text();
    if (text === this.sent) return;
    this.sent = text;
    this.component.setStateValue("typed", { version: this.version, text });
  }

  run() {
    clearTimeout(this.timer);
    this.sent = this.text();
    this.component.setTriggerValue("run", { version: this.version, text: this.sent });
    return true;
  }

  refuse() {
    say(this.status, this.labels.too_long);
    return false;
  }

  // Escape gives Tab back to the page, until the next key.
  leaving(event) {
    if (event.isComposing || ["Tab", "Shift"].includes(event.key)) return false;
    if (event.key === "Escape") {
      this.view.setTabFocusMode(true);
      say(this.status, this.labels.leaving);
    } else this.stay();
    return false;
  }

  stay() {
    this.view.setTabFocusMode(false);
    say(this.status, "");
  }

  stop() {
    clearTimeout(this.timer);
    this.view?.destroy();
    this.view = null;
  }
}

export default function (component) {
  const { data, parentElement } = component;
  if (!data) return undefined;
  const editor = living(parentElement, Editor);
  dress(editor.root, parentElement, data);
  try {
    editor.update(component);
  } catch (problem) { // Python then draws a text area
    if (!editor.failed) component.setTriggerValue("failed", String(problem).slice(0, 200));
    editor.failed = true;
  }
  return () => editor.stop();
}
