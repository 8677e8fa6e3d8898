package dev.guanlan.gateway.tls;

import com.linecorp.armeria.common.TlsKeyPair;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.Signature;

/** Tells whether a private key is that of a certificate, by signing something with it. */
final class TlsKeys {

  private static final byte[] SOMETHING = {1, 2, 3};

  private TlsKeys() {}

  static boolean match(TlsKeyPair pair) {
    PrivateKey privateKey = pair.privateKey();
    PublicKey publicKey = pair.certificateChain().get(0).getPublicKey();
    String algorithm =
        switch (privateKey.getAlgorithm()) {
          case "RSA" -> "SHA256withRSA";
          case "EC" -> "SHA256withECDSA";
          default -> privateKey.getAlgorithm();
        };
    try {
      Signature signature = Signature.getInstance(algorithm);
      signature.initSign(privateKey);
      signature.update(SOMETHING);
      byte[] signed = signature.sign();
      signature.initVerify(publicKey);
      signature.update(SOMETHING);
      return signature.verify(signed);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }
}
