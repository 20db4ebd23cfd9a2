import {
  cloneElement,
  type HTMLAttributes,
  type ReactElement,
  type ReactNode,
  useEffect,
  useLayoutEffect,
  useRef,
  useState,
} from "react";
import { createPortal } from "react-dom";
import classes from "./Tip.module.css";

/** Milliseconds of resting on a button until its words appear: whoever only passes by is not told. */
const DELAY = 300;
/** CSS pixels between the button and its words, and between those and the window's edge. */
const GAP = 6;

interface TipProps {
  label: ReactNode;
  /** One element, which hands pointer and focus events on to the DOM. */
  children: ReactElement<HTMLAttributes<HTMLElement>>;
}

/**
 * The words of a button, below it or, for want of room, above, while a mouse or pen rests on it or the keyboard has led to
 * it. Nothing but two handlers while they are not shown: an editor has dozens of these, and opens with every photo.
 */
export function Tip({ label, children }: TipProps) {
  const [anchor, setAnchor] = useState<HTMLElement | null>(null);
  const [restedOn, setRestedOn] = useState<HTMLElement | null>(null);
  useEffect(() => {
    if (restedOn === null) return;
    const timer = setTimeout(() => setAnchor(restedOn), DELAY);
    return () => clearTimeout(timer);
  }, [restedOn]);

  const hide = () => {
    setRestedOn(null);
    setAnchor(null);
  };
  const { onPointerEnter, onPointerLeave, onPointerDown, onFocus, onBlur } = children.props;
  return (
    <>
      {cloneElement(children, {
        onPointerEnter: (event) => {
          onPointerEnter?.(event);
          if (event.pointerType !== "touch") setRestedOn(event.currentTarget);
        },
        onPointerLeave: (event) => {
          onPointerLeave?.(event);
          hide();
        },
        onPointerDown: (event) => {
          onPointerDown?.(event);
          hide();
        },
        onFocus: (event) => {
          onFocus?.(event);
          if (event.currentTarget.matches(":focus-visible")) setAnchor(event.currentTarget);
        },
        onBlur: (event) => {
          onBlur?.(event);
          hide();
        },
      })}
      {anchor && (
        <Words anchor={anchor} onHide={hide}>
          {label}
        </Words>
      )}
    </>
  );
}

function Words({ anchor, onHide, children }: { anchor: HTMLElement; onHide: () => void; children: ReactNode }) {
  const box = useRef<HTMLDivElement>(null);
  useLayoutEffect(() => {
    const { current } = box;
    if (current === null) return;
    const { left, top, bottom, width } = anchor.getBoundingClientRect();
    const { offsetWidth, offsetHeight } = current;
    const middle = left + (width - offsetWidth) / 2;
    const below = bottom + GAP;
    current.style.left = `${Math.max(GAP, Math.min(middle, window.innerWidth - offsetWidth - GAP))}px`;
    current.style.top = `${below + offsetHeight <= window.innerHeight ? below : top - GAP - offsetHeight}px`;
  });
  useEffect(() => {
    // A key may do what the button does, and take it away.
    window.addEventListener("keydown", onHide, { capture: true });
    return () => window.removeEventListener("keydown", onHide, { capture: true });
  });
  return createPortal(
    <div ref={box} role="tooltip" className={classes.words}>
      {children}
    </div>,
    document.body,
  );
}
