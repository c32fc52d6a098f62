/** What the storefront shows for sale. Demonstration goods with pictures drawn for this page; the backend's demo orders name the same items. */

import adireShirt from "./pictures/adire-shirt.svg";
import agbada from "./pictures/agbada.svg";
import ankaraDress from "./pictures/ankara-dress.svg";
import asoOkeCap from "./pictures/aso-oke-cap.svg";
import beadedClutch from "./pictures/beaded-clutch.svg";
import leatherSandals from "./pictures/leather-sandals.svg";

export interface Product {
  readonly name: string;
  readonly maker: string;
  /** Naira */
  readonly price: number;
  readonly picture: string;
}

export const PRODUCTS: readonly Product[] = [
  { name: "Ankara wrap dress", maker: "Amara Okafor, Enugu", price: 24_500, picture: ankaraDress },
  { name: "Tailored agbada, three pieces", maker: "Balogun & Sons, Lagos", price: 89_000, picture: agbada },
  { name: "Adire silk shirt", maker: "Itoku Dye House, Abeokuta", price: 18_200, picture: adireShirt },
  { name: "Beaded evening clutch", maker: "Iseyin Weavers, Oyo", price: 9_750, picture: beadedClutch },
  { name: "Aso oke cap", maker: "Iseyin Weavers, Oyo", price: 6_400, picture: asoOkeCap },
  { name: "Leather sandals", maker: "Kofar Mata Leather, Kano", price: 11_500, picture: leatherSandals },
];

const NAIRA = new Intl.NumberFormat("en-NG", {
  style: "currency",
  currency: "NGN",
  currencyDisplay: "narrowSymbol",
  maximumFractionDigits: 0,
});

/** An amount of naira as a shopper reads it: ₦24,500 */
export function formatPrice(naira: number): string {
  return NAIRA.format(naira);
}
