import React from "react";

export const Panel = ({ items }: { items: string[] }) => {
  const onClick = () => publish("panel:clicked");
  return (
    <ul title="it('is not a test')">
      {items.map((item) => (
        <li key={item} onClick={onClick}>{item && <b>{item}</b>}</li>
      ))}
    </ul>
  );
};

export default function Page() {
  return <Panel items={[]} />;
}
