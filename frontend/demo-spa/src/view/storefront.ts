/** The part of the page that is the same for everyone: the goods. */

import { formatPrice, PRODUCTS, type Product } from "../products";
import { byId, h } from "./dom";

function productCard(product: Product): HTMLLIElement {
  return h(
    "li",
    { class: "product" },
    h("img", { class: "product__picture", src: product.picture, alt: "", width: "240", height: "280", loading: "lazy" }),
    h("h3", { class: "product__name" }, product.name),
    h("p", { class: "product__maker" }, product.maker),
    h("p", { class: "product__price" }, formatPrice(product.price)),
  );
}

export function showProducts(): void {
  byId("products").replaceChildren(...PRODUCTS.map(productCard));
}
