package dev.quorate.ensemble.tree;

/**
 * Who somebody is, in ZooKeeper's schemes: {@code world:anyone}, {@code ip:10.0.0.1}, {@code digest:user:hash},
 * {@code super:}, and in requests {@code auth:} for "whoever I am".
 */
public record Identity(String scheme, String id) {
    public static final Identity ANYONE = new Identity("world", "anyone");

    /** May do everything. */
    public static final Identity SUPER = new Identity("super", "");
}
