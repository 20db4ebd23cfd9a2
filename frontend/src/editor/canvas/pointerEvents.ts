/** What browsers tell of a mouse, a pen or a finger. */
import type { REACH } from "../core/hits";

export function pointerKind(event: PointerEvent): keyof typeof REACH {
  return event.pointerType === "touch" || event.pointerType === "pen" ? event.pointerType : "mouse";
}

/** The places that the browser gathered since the last frame, oldest first; it gathers none on pages without HTTPS. */
export function gathered(event: PointerEvent): readonly PointerEvent[] {
  const events = "getCoalescedEvents" in event ? event.getCoalescedEvents() : [];
  return events.length > 0 ? events : [event];
}
