From mathcomp Require Import all_ssreflect all_algebra.
From Hessproof Require Import int_ring chain upper_bound bias bias_kernel formulas narrowest.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* The number of conditions of the layer-local kernel with bias, added up over  *)
(* the layers: at the input or the output, and at a hidden layer.               *)

(* Widths c_0, ..., c_L as the data sees them: r~ - 1, M_1, ..., M_L. *)
Definition seen_width (M : nat -> nat) (r_aug : nat) (l : nat) : int :=
  if l is 0%N then r_aug%:Z - 1 else (M l)%:Z.

Lemma layer_count (a c w : nat) : (c <= w)%N ->
  (a * c + c * (w - c))%N%:Z = c%:Z * (w%:Z + a%:Z - c%:Z).
Proof. by move=> cw; rewrite PoszD !PoszM -subzn //; int_ring. Qed.

(* The same number of conditions q in every layer. *)
Lemma cut_total (c : nat -> int) (q : int) L : (0 < L)%N ->
  \sum_(0 <= l < L) q * (c l + 1 + c l.+1 - q)
  = 2%:Z * q * (\sum_(1 <= k < L) c k) + q * (c 0%N + c L) + L%:Z * q - L%:Z * (q * q).
Proof.
case: L => // L _; elim: L => [|L IH]; first by rewrite big_nat1 big_geq //; int_ring.
rewrite big_nat_recr // IH [in RHS]big_nat_recr //= -[L.+2]addn1 PoszD.
by int_ring.
Qed.

(* One condition more in each layer behind s. *)
Lemma cut_total_hidden (c : nat -> int) (q : int) L s : (0 < s < L)%N -> c s = q ->
  \sum_(0 <= l < s) q * (c l + 1 + c l.+1 - q)
    + \sum_(s <= l < L) (q + 1) * (c l + 1 + c l.+1 - (q + 1))
  = 2%:Z * q * (\sum_(1 <= k < L) c k) + q * (c 0%N + c L) + L%:Z * q - L%:Z * (q * q)
    + (c L - q) + 2%:Z * (\sum_(s.+1 <= i < L) (c i - q)).
Proof.
case/andP=> s0 sL cs; rewrite -cut_total ?(ltn_trans s0) //.
rewrite [X in _ = X + _ + _](@big_cat_nat _ _ _ s) ?(ltnW sL) //= -!addrA; congr (_ + _).
have -> : \sum_(s <= l < L) (q + 1) * (c l + 1 + c l.+1 - (q + 1))
    = \sum_(s <= l < L) q * (c l + 1 + c l.+1 - q)
      + (\sum_(s <= l < L) (c l - q) + \sum_(s <= l < L) (c l.+1 - q)).
  by rewrite -!big_split /=; apply: eq_bigr => l _; int_ring.
congr (_ + _).
rewrite big_ltn // cs subrr add0r -(big_add1 _ _ s L.+1 predT (fun i => c i - q)) big_nat_recr //=.
by int_ring.
Qed.

Section Network.
Variables (F : fieldType) (M : nat -> nat) (L N : nat).
Variables (W : forall i, 'M[F]_(M i.+1, M i)) (b : forall i, 'cV[F]_(M i.+1)).
Variables (X : 'M[F]_(M 0%N, N)) (Y : 'M[F]_(M L, N)).

(* r~, the rank of the data (x, 1) *)
Notation r_aug := (\rank (augmented X)).
Notation A := (reduced_widths (augmented_widths M) r_aug).
Notation c := (seen_width M r_aug).
Notation rank_H := (\rank (biased_hessian W b X Y))%:Z.

Lemma reduced_widths_seen l : (A l)%:Z = c l + 1.
Proof. by case: l => [|l] /=; rewrite ?subrK // /augmented_widths PoszD. Qed.

Lemma sum_hidden_seen n : \sum_(1 <= k < n) c k = (hidden_total n M)%:Z.
Proof.
rewrite /hidden_total (big_morph Posz PoszD (erefl _)); apply: eq_big_nat => -[] //.
Qed.

(* q conditions in each layer, where q is r~ or the width K of the output:       *)
(* rk H <= 2 q M + q (r~ - 1 + K) + L q - L q^2.                                 *)
Theorem rank_biased_hessian_ends q : (0 < L)%N -> q = r_aug \/ q = M L ->
    (forall l, (l < L)%N -> (q <= A l)%N) ->
  rank_H <= 2%:Z * q%:Z * (hidden_total L M)%:Z + q%:Z * (r_aug%:Z - 1 + (M L)%:Z)
            + L%:Z * q%:Z - L%:Z * (q%:Z * q%:Z).
Proof.
case: L Y => // L' Y' _ qE qA.
have [s sL wE] : exists2 s, (s <= L'.+1)%N & forall l, (l <= L')%N -> cut_width X s l = q.
  case: qE => ->; [exists 0%N | exists L'.+1] => // l lL.
  by rewrite /cut_width ltnS lL.
have := @rank_biased_hessian_le F M W b L' N X Y' s sL.
rewrite -lez_nat => /(_ _) bound; apply: le_trans (bound _) _ => [l lL|]; first by rewrite wE ?qA.
rewrite (big_morph Posz PoszD (erefl _)) -sum_hidden_seen.
have := @cut_total c q%:Z L'.+1 isT; rewrite /= => <-.
by rewrite le_eqVlt; apply/orP; left; apply/eqP/eq_big_nat => l /andP[_ lL];
   rewrite wE // layer_count ?qA // reduced_widths_seen.
Qed.

(* A hidden layer s of width q: q conditions in the layers up to s, q + 1 behind. *)
Theorem rank_biased_hessian_hidden s q : (0 < s < L)%N -> q = M s ->
    (q <= r_aug)%N -> (forall l, (0 < l < L)%N -> (q <= M l)%N) ->
  rank_H <= 2%:Z * q%:Z * (hidden_total L M)%:Z + q%:Z * (r_aug%:Z - 1 + (M L)%:Z)
            + L%:Z * q%:Z - L%:Z * (q%:Z * q%:Z)
            + ((M L)%:Z - q%:Z) + 2%:Z * (\sum_(s.+1 <= i < L) ((M i)%:Z - q%:Z)).
Proof.
case: L Y => [|L'] Y'; first by rewrite ltn0 andbF.
case/andP=> s0 sL -> {q} qr qM; pose q := (M s)%:Z.
have wE l : cut_width X s l = if (l < s)%N then M s else (M s + 1)%N.
  by rewrite /cut_width; case: (s) s0.
have wA l : (l <= L')%N -> (cut_width X s l <= A l)%N.
  rewrite wE; case: l => [|l] lL /=; first by rewrite s0.
  by case: ifP => _; rewrite ?leq_add2r ?(leq_trans _ (leq_addr _ _)) ?qM.
have := @rank_biased_hessian_le F M W b L' N X Y' s (ltnW sL) wA; rewrite -lez_nat => bound.
apply: le_trans bound _.
rewrite (big_morph Posz PoszD (erefl _)) -sum_hidden_seen.
have -> : \sum_(s.+1 <= i < L'.+1) ((M i)%:Z - (M s)%:Z) = \sum_(s.+1 <= i < L'.+1) (c i - q).
  by apply: eq_big_nat => -[].
have cs : c s = q by rewrite /q; case: (s) s0.
have := @cut_total_hidden c q L'.+1 s _ cs; rewrite s0 sL => /(_ isT) /= <-.
rewrite (@big_cat_nat _ _ _ s) ?(ltnW sL) //= le_eqVlt; apply/orP; left; apply/eqP; congr (_ + _).
  apply: eq_big_nat => l /andP[_ ls].
  by rewrite layer_count ?wA ?wE ?ls ?reduced_widths_seen // -ltnS (ltn_trans ls).
apply: eq_big_nat => l /andP[sl lL].
by rewrite layer_count ?wA // wE ltnNge sl reduced_widths_seen PoszD.
Qed.
End Network.
