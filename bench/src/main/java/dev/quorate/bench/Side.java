package dev.quorate.bench;

import dev.quorate.bench.server.Product;

/**
 * One side of the comparison.
 *
 * @param title the head of its columns
 * @param product what runs there; with {@code --self-check} it is ZooKeeper on both sides
 */
record Side(String title, Product product) {
    static Side of(Product product) {
        return new Side(product.title(), product);
    }
}
