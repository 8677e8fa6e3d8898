package dev.guanlan.gateway;

import io.netty.util.NetUtil;
import java.net.InetAddress;
import java.net.UnknownHostException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * Is a network of addresses, or a single one.
 *
 * @param address one of its addresses
 * @param prefix how many of the address's first bits all of its addresses share
 */
public record Network(InetAddress address, int prefix) {

  /** Checks that an address has so many bits. */
  public Network {
    if (prefix < 0 || prefix > Byte.SIZE * address.getAddress().length) {
      throw new IllegalArgumentException(
          "no address of " + address.getAddress().length + " bytes has " + prefix + " first bits");
    }
  }

  /** Returns whether an address is one of this network's. */
  public boolean contains(InetAddress other) {
    byte[] mine = address.getAddress();
    byte[] others = other.getAddress();
    if (mine.length != others.length) {
      return false;
    }
    for (int bit = 0; bit < prefix; bit++) {
      int mask = 0x80 >> (bit % Byte.SIZE);
      if (((mine[bit / Byte.SIZE] ^ others[bit / Byte.SIZE]) & mask) != 0) {
        return false;
      }
    }
    return true;
  }

  /** Reads {@code 10.0.0.0/8}, {@code fd00::/8} and single addresses. */
  static final class Converter implements ITypeConverter<Network> {

    private static final int MAX_DIGITS = 3;

    @Override
    public Network convert(String text) {
      int slash = text.indexOf('/');
      // No name: what it stands for may change, and could be anybody's.
      byte @Nullable [] bytes =
          NetUtil.createByteArrayFromIpAddressString(slash < 0 ? text : text.substring(0, slash));
      if (bytes != null) {
        InetAddress address = address(bytes);
        int bits = Byte.SIZE * address.getAddress().length;
        int prefix = slash < 0 ? bits : number(text.substring(slash + 1));
        if (prefix >= 0 && prefix <= bits) {
          return new Network(address, prefix);
        }
      }
      throw new TypeConversionException(
          "'" + text + "' is no network; write an address, or a network such as 10.0.0.0/8");
    }

    private static InetAddress address(byte[] bytes) {
      try {
        return InetAddress.getByAddress(bytes);
      } catch (UnknownHostException e) {
        throw new IllegalStateException("an address has 4 or 16 bytes, not " + bytes.length, e);
      }
    }

    private static int number(String text) {
      boolean digits =
          !text.isEmpty()
              && text.length() <= MAX_DIGITS
              && text.chars().allMatch(character -> character >= '0' && character <= '9');
      return digits ? Integer.parseInt(text) : -1;
    }
  }
}
