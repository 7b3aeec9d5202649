import type { PluginAnswer, PluginView } from "../../host/control/api/index.ts";
import { comparisonText, differencesText } from "../control/plugin-table.ts";
import { changeText } from "./change-text.ts";

/** What `sandpit dev` tells, for people or, line by line, for programs. */
export class DevReport {
  private readonly isJson: boolean;
  private readonly write: (text: string) => void;

  constructor(isJson: boolean, write: (text: string) => void) {
    this.isJson = isJson;
    this.write = write;
  }

  watching(folder: string, slot: string): void {
    this.tell("watching", { folder, slot }, `watching ${folder} for the slot ${slot}; Ctrl-C ends it`);
  }

  built(bytes: number, ms: number): void {
    this.tell("built", { bytes, ms }, `built: ${bytes.toLocaleString("en-US")} bytes in ${ms.toFixed(0)} ms`);
  }

  /** The compiler's own report. */
  notBuilt(text: string): void {
    this.tell("not-built", { text }, `${text.trimEnd()}\nnot built: what runs stays; save again`);
  }

  deployed(answer: PluginAnswer): void {
    this.tell("deployed", answer, changeText(answer));
  }

  notDeployed(text: string, remedy: string): void {
    this.tell("not-deployed", { text, remedy }, `not deployed: ${text}\n  remedy: ${remedy}`);
  }

  /** From the save to the first call of the shadow that was compared. */
  shown(ms: number): void {
    this.tell("shown", { ms }, `its first call was compared ${ms.toFixed(0)} ms after the save`);
  }

  notShown(seconds: number): void {
    const text = `no event has come up within ${seconds} s`;
    this.tell("not-shown", { seconds }, `${text}: does the market move?`);
  }

  status(beside: NonNullable<PluginView["beside"]>): void {
    const { plugin, version, state, calls, fault } = beside;
    const counted = `${calls.toLocaleString("en-US")} calls: ${comparisonText(beside)}`;
    const text = fault === null ? counted : `${counted}; stopped: ${fault}`;
    const { differences: _left, ...rest } = beside;
    this.tell("status", rest, `${plugin} ${version}, ${state}: ${text}`);
  }

  difference(view: PluginView): void {
    const [first] = view.beside?.differences ?? [];
    this.tell("difference", { ...first }, differencesText([view]).trimEnd());
  }

  /** The end, and what it leaves. */
  ended(slot: string): void {
    const text = `ended; what runs beside ${slot} goes on: promote it, or roll it back`;
    this.tell("ended", { slot }, text);
  }

  private tell(event: string, fields: object, text: string): void {
    this.write(this.isJson ? `${JSON.stringify({ event, ...fields })}\n` : `${text}\n`);
  }
}
