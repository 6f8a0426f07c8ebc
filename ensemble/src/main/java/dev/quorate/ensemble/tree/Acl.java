package dev.quorate.ensemble.tree;

import java.util.List;

/**
 * One line of an access list: what an identity may do.
 *
 * @param perms any of the permission bits
 */
public record Acl(int perms, Identity identity) {
    public static final int READ = 1;
    public static final int WRITE = 2;
    public static final int CREATE = 4;
    public static final int DELETE = 8;
    public static final int ADMIN = 16;
    public static final int ALL = 31;

    /** Everybody may do everything. */
    public static final List<Acl> OPEN = List.of(new Acl(ALL, Identity.ANYONE));

    /** Everybody may read. */
    public static final List<Acl> READ_ONLY = List.of(new Acl(READ, Identity.ANYONE));
}
