From mathcomp Require Import all_ssreflect all_algebra.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* Products of weight matrices and how they change. A deep linear network has a weight      *)
(* matrix W i of M i.+1 rows and M i columns for each layer i, counted from 0; layer i is    *)
(* W^{i+1} in Singh et al. 2021.                                                            *)
(*   chain W j k = W_(k-1) ... W_j, the paper's W^{k:j+1}, for j <= k; chain W j j = 1.       *)
(*   d_chain W U j k: its differential in the directions U.                                 *)
(*   d2_chain W U V j k: its mixed second differential in the directions U and V.           *)
(* For k < j the three are arbitrary and mean nothing.                                      *)
Section Chain.
Variables (R : ringType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).

Fixpoint chain (j k : nat) : 'M[R]_(M k, M j) :=
  match k return 'M[R]_(M k, M j) with
  | 0%N => pid_mx (M j)
  | k'.+1 => if (j <= k')%N then W k' *m chain j k' else pid_mx (M j)
  end.

Lemma chain_id j : chain j j = 1%:M.
Proof. by case: j => [|j] /=; rewrite ?ltnn pid_mx_1. Qed.

Lemma chain_S j k : (j <= k)%N -> chain j k.+1 = W k *m chain j k.
Proof. by move=> jk /=; rewrite jk. Qed.

Lemma chain_1 j : chain j j.+1 = W j.
Proof. by rewrite chain_S // chain_id mulmx1. Qed.

(* Cut at k: W_(l-1) ... W_j = (W_(l-1) ... W_k) (W_(k-1) ... W_j).                          *)
Lemma chain_comp j k l : (j <= k)%N -> (k <= l)%N -> chain j l = chain k l *m chain j k.
Proof.
move=> jk; elim: l => [|l IH] kl.
  move: kl jk; rewrite leqn0 => /eqP->; rewrite leqn0 => /eqP->.
  by rewrite chain_id mulmx1.
move: kl; rewrite leq_eqVlt => /orP[/eqP <-|]; first by rewrite chain_id mul1mx.
rewrite ltnS => kl; rewrite !chain_S ?(leq_trans jk kl) //.
by rewrite IH // mulmxA.
Qed.
End Chain.
Arguments chain {R M} W j k : simpl never.

(* First and mixed second differentials of the chain; loss.v shows that they are its        *)
(* coefficients of s, t and s t at the weights W + s U + t V.                               *)
Section Diff.
Variables (R : ringType) (M : nat -> nat).
Notation dirs := (forall i : nat, 'M[R]_(M i.+1, M i)).
Implicit Types W U V : dirs.

Fixpoint d_chain W U (j k : nat) : 'M[R]_(M k, M j) :=
  match k return 'M[R]_(M k, M j) with
  | 0%N => 0
  | k'.+1 => if (j <= k')%N then U k' *m chain W j k' + W k' *m d_chain W U j k' else 0
  end.

Fixpoint d2_chain W U V (j k : nat) : 'M[R]_(M k, M j) :=
  match k return 'M[R]_(M k, M j) with
  | 0%N => 0
  | k'.+1 => if (j <= k')%N
             then U k' *m d_chain W V j k' + V k' *m d_chain W U j k' + W k' *m d2_chain W U V j k'
             else 0
  end.

Lemma d_chain_S W U j k : (j <= k)%N ->
  d_chain W U j k.+1 = U k *m chain W j k + W k *m d_chain W U j k.
Proof. by move=> /= ->. Qed.

Lemma d2_chain_S W U V j k : (j <= k)%N ->
  d2_chain W U V j k.+1
  = U k *m d_chain W V j k + V k *m d_chain W U j k + W k *m d2_chain W U V j k.
Proof. by move=> /= ->. Qed.

Lemma d_chain_id W U j : d_chain W U j j = 0.
Proof. by case: j => //= j; rewrite ltnn. Qed.

Lemma d2_chain_id W U V j : d2_chain W U V j j = 0.
Proof. by case: j => //= j; rewrite ltnn. Qed.

(* Cut at k.                                                                                *)
Lemma d_chain_comp W U j k l : (j <= k)%N -> (k <= l)%N ->
  d_chain W U j l = d_chain W U k l *m chain W j k + chain W k l *m d_chain W U j k.
Proof.
move=> jk; elim: l => [|l IH] kl.
  by move: kl; rewrite leqn0 => /eqP kE; subst k; rewrite d_chain_id chain_id mul0mx add0r mul1mx.
move: kl; rewrite leq_eqVlt => /orP[/eqP kE|].
  by subst k; rewrite d_chain_id chain_id mul0mx add0r mul1mx.
rewrite ltnS => kl; have jl := leq_trans jk kl.
rewrite !d_chain_S // IH // (chain_comp W jk kl) chain_S // mulmxDl mulmxDr !mulmxA.
by rewrite addrA.
Qed.

Lemma d2_chain_comp W U V j k l : (j <= k)%N -> (k <= l)%N ->
  d2_chain W U V j l = d2_chain W U V k l *m chain W j k + d_chain W U k l *m d_chain W V j k
                  + d_chain W V k l *m d_chain W U j k + chain W k l *m d2_chain W U V j k.
Proof.
move=> jk; elim: l => [|l IH] kl.
  move: kl; rewrite leqn0 => /eqP kE; subst k.
  by rewrite d2_chain_id !d_chain_id chain_id !mul0mx !add0r mul1mx.
move: kl; rewrite leq_eqVlt => /orP[/eqP kE|].
  by subst k; rewrite d2_chain_id !d_chain_id chain_id !mul0mx !add0r mul1mx.
rewrite ltnS => kl; have jl := leq_trans jk kl.
rewrite !d2_chain_S // IH // !(d_chain_comp W _ jk kl) !d_chain_S // chain_S //.
rewrite !mulmxDl !mulmxDr !mulmxA.
by rewrite [LHS](AC ((2*2)*4) ((1*3*5)*(2*6)*(4*7)*8)).
Qed.
End Diff.
Arguments d_chain {R M} W U j k : simpl never.
Arguments d2_chain {R M} W U V j k : simpl never.

(* The differential is the sum over layers l of W_(k-1) ... W_(l+1) U_l W_(l-1) ... W_j.      *)
Section Sum.
Variables (R : ringType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).

Lemma d_chain_sum U j k : (j <= k)%N ->
  d_chain W U j k = \sum_(j <= l < k) chain W l.+1 k *m U l *m chain W j l.
Proof.
elim: k => [|k IH]; first by rewrite leqn0 => /eqP->; rewrite big_geq.
rewrite leq_eqVlt => /orP[/eqP->|]; first by rewrite d_chain_id big_geq.
rewrite ltnS => jk; rewrite d_chain_S // IH // big_nat_recr //= chain_id mul1mx addrC.
congr (_ + _); rewrite mulmx_sumr; apply: eq_big_nat => l /andP[_ lk].
by rewrite chain_S // !mulmxA.
Qed.

End Sum.

(* Both differentials are linear in a direction.                                            *)
Section Linearity.
Variables (R : comRingType) (M : nat -> nat) (W U1 U2 U3 : forall i, 'M[R]_(M i.+1, M i)).
Variable c : R.
Variable L : nat.
Hypothesis lin : forall l, U3 l = c *: U1 l + U2 l.

Lemma d_chain_lin j k : d_chain W U3 j k = c *: d_chain W U1 j k + d_chain W U2 j k.
Proof.
elim: k => [|k IH]; first by rewrite scaler0 addr0.
case: (leqP j k) => jk; last by rewrite /d_chain /= leqNgt jk /= scaler0 addr0.
rewrite !d_chain_S // IH lin mulmxDl mulmxDr -scalemxAl -scalemxAr scalerDr.
by rewrite addrACA.
Qed.

Lemma d2_chain_lin V j k : d2_chain W U3 V j k = c *: d2_chain W U1 V j k + d2_chain W U2 V j k.
Proof.
elim: k => [|k IH]; first by rewrite scaler0 addr0.
case: (leqP j k) => jk; last by rewrite /d2_chain /= leqNgt jk /= scaler0 addr0.
rewrite !d2_chain_S // IH lin d_chain_lin !mulmxDl !mulmxDr -!scalemxAl -!scalemxAr !scalerDr.
by rewrite [LHS](AC (2*2*2) ((1*3*5)*(2*4*6))).
Qed.

End Linearity.

(* Only the layers below k matter.                                                          *)
Section Ext.
Variables (R : comRingType) (M : nat -> nat) (W : forall i, 'M[R]_(M i.+1, M i)).
Implicit Types U V : forall i, 'M[R]_(M i.+1, M i).

Lemma d_chain_ext U U' j k : (forall l, (l < k)%N -> U l = U' l) ->
  d_chain W U j k = d_chain W U' j k.
Proof.
elim: k => // k IH eU; case: (leqP j k) => jk; last by rewrite /d_chain /= leqNgt jk.
by rewrite !d_chain_S // eU // IH // => l lk; rewrite eU // ltnW.
Qed.

Lemma d2_chain_ext U U' V V' j k :
    (forall l, (l < k)%N -> U l = U' l) -> (forall l, (l < k)%N -> V l = V' l) ->
  d2_chain W U V j k = d2_chain W U' V' j k.
Proof.
elim: k => // k IH eU eV; case: (leqP j k) => jk; last by rewrite /d2_chain /= leqNgt jk.
have eU' l : (l < k)%N -> U l = U' l by move=> lk; rewrite eU // ltnW.
have eV' l : (l < k)%N -> V l = V' l by move=> lk; rewrite eV // ltnW.
by rewrite !d2_chain_S // eU // eV // IH // (d_chain_ext j eU') (d_chain_ext j eV').
Qed.

Lemma d2_chain_sym U V j k : d2_chain W U V j k = d2_chain W V U j k.
Proof.
elim: k => // k IH; case: (leqP j k) => jk; last by rewrite /d2_chain /= leqNgt jk.
by rewrite !d2_chain_S // IH [X in X + _ = _]addrC.
Qed.

End Ext.

(* The same for the weights.                                                                *)
Section ExtW.
Variables (R : comRingType) (M : nat -> nat) (W W' U V : forall i, 'M[R]_(M i.+1, M i)).
Hypothesis WW : forall i, W i = W' i.

Lemma chain_extW j k : chain W j k = chain W' j k.
Proof. by elim: k => // k IH; rewrite /chain /= -/(chain W j k) -/(chain W' j k) IH WW. Qed.

Lemma d_chain_extW Z j k : d_chain W Z j k = d_chain W' Z j k.
Proof.
elim: k => // k IH; case: (leqP j k) => jk; last by rewrite /d_chain /= leqNgt jk.
by rewrite !d_chain_S // IH chain_extW WW.
Qed.

Lemma d2_chain_extW j k : d2_chain W U V j k = d2_chain W' U V j k.
Proof.
elim: k => // k IH; case: (leqP j k) => jk; last by rewrite /d2_chain /= leqNgt jk.
by rewrite !d2_chain_S // IH !d_chain_extW WW.
Qed.

End ExtW.

(* A ring morphism can be applied to the weights or to the chain.                           *)
Section MapChain.
Variables (R R' : comRingType) (f : {rmorphism R -> R'}) (M : nat -> nat).
Implicit Types W U V : forall i, 'M[R]_(M i.+1, M i).
Definition map_weights W i : 'M[R']_(M i.+1, M i) := map_mx f (W i).

Lemma chain_map W j k : chain (map_weights W) j k = map_mx f (chain W j k).
Proof.
elim: k => [|k IH]; first by rewrite /chain /= map_pid_mx.
case: (leqP j k) => jk; first by rewrite !chain_S // IH map_mxM.
by rewrite /chain /= leqNgt jk /= map_pid_mx.
Qed.

Lemma d_chain_map W U j k :
  d_chain (map_weights W) (map_weights U) j k = map_mx f (d_chain W U j k).
Proof.
elim: k => [|k IH]; first by rewrite /d_chain /= map_mx0.
case: (leqP j k) => jk; first by rewrite !d_chain_S // IH chain_map map_mxD !map_mxM.
by rewrite /d_chain /= leqNgt jk /= map_mx0.
Qed.

Lemma d2_chain_map W U V j k :
  d2_chain (map_weights W) (map_weights U) (map_weights V) j k = map_mx f (d2_chain W U V j k).
Proof.
elim: k => [|k IH]; first by rewrite /d2_chain /= map_mx0.
case: (leqP j k) => jk; first by rewrite !d2_chain_S // IH !d_chain_map !map_mxD !map_mxM.
by rewrite /d2_chain /= leqNgt jk /= map_mx0.
Qed.

End MapChain.

(* Rectangular identities: weights that are the identity, cut off or filled up with zeros.   *)
Definition rectangular_identity (F : fieldType) (M : nat -> nat) (i : nat) : 'M[F]_(M i.+1, M i) :=
  pid_mx (M i.+1).
