From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker z_lemma formulas.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import Order.TTheory GRing.Theory Num.Theory.
Local Open Scope ring_scope.

(* A tensor flag: row spaces U_0 <= U_1 <= ... grow while V_0 >= V_1 >= ...   *)
(* shrink.  The sum of the U_i (x) V_i then has an exact rank in terms of the *)
(* ranks of the parts alone, the "staircase"                                  *)
(*   sum_(i < n) rk U_i rk V_i - sum_(i < n-1) rk U_i rk V_(i+1),             *)
(* over every field.  The Jacobian A_o of a linear network (Theorem 3) and    *)
(* the block columns of H_f (Theorem 5) are tensor flags.                     *)

(* A sum of natural numbers as one of integers. *)
Lemma Posz_sum n (f : 'I_n -> nat) : ((\sum_(i < n) f i)%N)%:Z = \sum_(i < n) (f i)%:Z.
Proof. exact: (big_morph Posz PoszD (erefl _)). Qed.

Section TensorFlag.
Variables (F : fieldType) (a b : nat) (m p : nat -> nat).
Variables (U : forall i, 'M[F]_(m i, a)) (V : forall i, 'M[F]_(p i, b)).

(* The sum of the first n products, as a row space. *)
Definition flag n : 'M[F]_(a * b) := (\sum_(i < n) <<U i *t V i>>)%MS.

Lemma flagS n : (flag n.+1 :=: flag n + U n *t V n)%MS.
Proof.
by rewrite /flag big_ord_recr /=; apply: adds_eqmx (eqmx_refl _) (genmxE _).
Qed.

(* The stack of the products spans the flag. *)
Lemma flag_mxcol n : (\mxcol_(i < n) (U i *t V i) :=: flag n)%MS.
Proof. exact: eqmx_col. Qed.

Variable n : nat.
Hypothesis growing : forall i, (i.+1 < n)%N -> (U i <= U i.+1)%MS.
Hypothesis shrinking : forall i, (i.+1 < n)%N -> (V i.+1 <= V i)%MS.

(* Not only the next one is larger. *)
Lemma growing_trans i j : (i <= j)%N -> (j < n)%N -> (U i <= U j)%MS.
Proof.
elim: j => [|j IH]; first by rewrite leqn0 => /eqP->.
rewrite leq_eqVlt => /orP[/eqP-> //|ij] jn.
exact: submx_trans (IH ij (ltnW jn)) (growing jn).
Qed.

(* The next product meets the sum of the earlier ones in U_k (x) V_(k+1): the *)
(* earlier ones lie in U_k (x) 1, the next one lies in 1 (x) V_(k+1).         *)
Lemma flag_cap k : (k.+1 < n)%N -> (flag k.+1 :&: U k.+1 *t V k.+1 :=: U k *t V k.+1)%MS.
Proof.
move=> kn; apply/eqmxP/andP; split; last first.
  rewrite sub_capmx submx_tens ?growing // andbT.
  by rewrite (sumsmx_sup ord_max) // genmxE submx_tens ?shrinking.
rewrite -(cap_tens (U k)); apply: capmxS; last exact: submx_tens (submx1 _) _.
apply/sumsmx_subP => i _; rewrite genmxE; apply: submx_tens (submx1 _).
exact: growing_trans (ltnSE (ltn_ord i)) (ltnW kn).
Qed.

(* Step by step: rk (A + B) + rk (A cap B) = rk A + rk B. *)
Lemma rank_flag_prefix k : (k < n)%N ->
  (\rank (flag k.+1) + \sum_(i < k) \rank (U i) * \rank (V i.+1)
   = \sum_(i < k.+1) \rank (U i) * \rank (V i))%N.
Proof.
elim: k => [|k IH] kn.
  by rewrite /flag !big_ord1 big_ord0 addn0 genmxE mxrank_tens.
rewrite big_ord_recr [in RHS]big_ord_recr /= -(IH (ltnW kn)) flagS.
have := mxrank_sum_cap (flag k.+1) (U k.+1 *t V k.+1).
rewrite (flag_cap kn) !mxrank_tens => E.
by rewrite addnCA E addnCA addnA.
Qed.

(* The rank of a tensor flag. *)
Theorem rank_flag :
  (\rank (flag n) + \sum_(i < n.-1) \rank (U i) * \rank (V i.+1)
   = \sum_(i < n) \rank (U i) * \rank (V i))%N.
Proof.
case: n growing rank_flag_prefix => [|k] _ prefix; last exact: prefix.
by rewrite /flag !big_ord0 mxrank0.
Qed.

(* The same as the formula tensor_flag, whose parts are counted from 1. *)
Corollary rank_flag_formula :
  (\rank (flag n))%:Z = tensor_flag (fun i => \rank (U i.-1)) (fun i => \rank (V i.-1)) n.
Proof.
rewrite /tensor_flag addn1 !big_add1 succnK !big_mkord.
rewrite (eq_bigr (fun i : 'I_n => (\rank (U i) * \rank (V i))%N%:Z)); last first.
  by move=> i _; rewrite PoszM.
rewrite [X in _ - X](eq_bigr (fun i : 'I_n.-1 => (\rank (U i) * \rank (V i.+1))%N%:Z)); last first.
  by move=> i _; rewrite addn1 PoszM.
by rewrite -!Posz_sum -rank_flag PoszD addrK.
Qed.

(* For the stack of the products. *)
Corollary rank_mxcol_flag :
  (\rank (\mxcol_(i < n) (U i *t V i)))%:Z
  = tensor_flag (fun i => \rank (U i.-1)) (fun i => \rank (V i.-1)) n.
Proof. by rewrite flag_mxcol rank_flag_formula. Qed.
End TensorFlag.

(* The staircase is monotone: enlarging the u_i (growing) and the v_i          *)
(* (shrinking) can only enlarge it.  So bounds on the single ranks bound the   *)
(* rank of the flag.                                                           *)
Section Monotone.
Implicit Types u v : nat -> nat.

(* Only u_1, ..., u_n and v_1, ..., v_n count. *)
Lemma eq_tensor_flag u u' v v' n :
    (forall i, (0 < i <= n)%N -> u i = u' i) -> (forall i, (0 < i <= n)%N -> v i = v' i) ->
  tensor_flag u v n = tensor_flag u' v' n.
Proof.
move=> uE vE; rewrite /tensor_flag !addn1; congr (_ - _); apply: eq_big_nat => i /andP[i0 i_n].
  by rewrite uE ?vE ?i0.
by rewrite addn1 uE ?vE ?i0 //= ltnW.
Qed.

(* No step, one step. *)
Lemma tensor_flag0 u v : tensor_flag u v 0 = 0.
Proof. by rewrite /tensor_flag !big_geq // subrr. Qed.

Lemma tensor_flag1 u v : tensor_flag u v 1 = (u 1%N)%:Z * (v 1%N)%:Z.
Proof. by rewrite /tensor_flag big_nat1 big_geq // subr0. Qed.

(* One more step. *)
Lemma tensor_flagS u v n : (0 < n)%N ->
  tensor_flag u v n.+1 = tensor_flag u v n + ((u n.+1)%:Z - (u n)%:Z) * (v n.+1)%:Z.
Proof.
move=> n0; rewrite /tensor_flag !addn1 big_nat_recr //= [X in _ - X]big_nat_recr //=.
by rewrite addn1 opprD mulrBl addrACA.
Qed.

(* In the v_i: each comes with a growth of the u_i. *)
Lemma tensor_flag_le_r u v v' n :
    (forall i, (0 < i < n)%N -> u i <= u i.+1)%N ->
    (forall i, (0 < i <= n)%N -> v i <= v' i)%N ->
  tensor_flag u v n <= tensor_flag u v' n.
Proof.
elim: n => [|[|n] IH] growing small; first by rewrite !tensor_flag0.
  by rewrite !tensor_flag1 ler_wpmul2l // lez_nat small.
rewrite (tensor_flagS _ v) // (tensor_flagS _ v') //; apply: ler_add.
  by apply: IH => i /andP[i0 i_n]; rewrite ?growing ?small // i0 ltnW.
by rewrite ler_wpmul2l ?subr_ge0 ?lez_nat ?growing ?small ?leqnn.
Qed.

(* In the u_i. *)
Lemma tensor_flag_le_l u u' v n :
    (forall i, (0 < i < n)%N -> v i.+1 <= v i)%N ->
    (forall i, (0 < i <= n)%N -> u i <= u' i)%N ->
  tensor_flag u v n <= tensor_flag u' v n.
Proof.
(* More precisely the last step alone already makes up for its own excess. *)
move=> shrinking small; case: n => [|n] in shrinking small *; first by rewrite !tensor_flag0.
suff excess : ((u' n.+1)%:Z - (u n.+1)%:Z) * (v n.+1)%:Z
              <= tensor_flag u' v n.+1 - tensor_flag u v n.+1.
  rewrite -subr_ge0; apply: le_trans excess.
  by rewrite mulr_ge0 // subr_ge0 lez_nat small //= leqnn.
elim: n => [|n IH] in shrinking small *; first by rewrite !tensor_flag1 mulrBl.
have {}IH : ((u' n.+1)%:Z - (u n.+1)%:Z) * (v n.+1)%:Z
             <= tensor_flag u' v n.+1 - tensor_flag u v n.+1.
  by apply: IH => i /andP[i0 i_n]; rewrite ?shrinking ?small // i0 ltnW.
have drop : 0 <= ((u' n.+1)%:Z - (u n.+1)%:Z) * ((v n.+1)%:Z - (v n.+2)%:Z).
  by rewrite mulr_ge0 // subr_ge0 lez_nat ?small ?shrinking ?leqnn //= ltnW.
rewrite (tensor_flagS u') // (tensor_flagS u) // -subr_ge0.
move: IH drop; rewrite -subr_ge0 => IH drop; apply: le_trans (addr_ge0 IH drop) _.
rewrite [in X in X <= _]mulrBr [X in X <= _]addrA subrK opprD [X in _ <= X - _]addrACA.
rewrite -[X in _ <= X]addrA ler_add2l -!mulNr -!mulrDl !opprB le_eqVlt; apply/orP; left; apply/eqP.
by congr (_ * _); rewrite -[RHS]addrA subrKA [RHS]addrC subrKA.
Qed.

(* In both. *)
Lemma tensor_flag_le u u' v v' n :
    (forall i, (0 < i < n)%N -> u i <= u i.+1)%N ->
    (forall i, (0 < i < n)%N -> v' i.+1 <= v' i)%N ->
    (forall i, (0 < i <= n)%N -> u i <= u' i)%N ->
    (forall i, (0 < i <= n)%N -> v i <= v' i)%N ->
  tensor_flag u v n <= tensor_flag u' v' n.
Proof.
move=> gu sv su sv'; apply: le_trans (tensor_flag_le_r gu sv') _.
exact: tensor_flag_le_l.
Qed.

(* The closed form: u_i = q up to a step m and v_i = q after it. *)
Lemma tensor_flag_pinned u v n q m : (0 < n)%N ->
    (forall i, (0 < i <= m)%N -> (i <= n)%N -> u i = q) ->
    (forall i, (m < i <= n)%N -> v i = q) ->
  tensor_flag u v n = q%:Z * ((v 1%N)%:Z + (u n)%:Z - q%:Z).
Proof.
elim: n m => // -[|n] IH m _ uq vq.
  rewrite tensor_flag1; case: m => [|m] in uq vq *.
    by rewrite vq // addrAC subrr add0r mulrC.
  by rewrite uq // addrK.
have small i : (i <= n.+1 -> i <= n.+2)%N by move/leq_trans; apply.
rewrite tensor_flagS //; case: (leqP m n.+1) => mn.
  rewrite (IH m) // => [|i im /small|i /andP[mi /small] i_n]; last by rewrite vq ?mi.
    rewrite (vq n.+2) ?ltnS ?mn ?leqnn // [X in _ + X]mulrC -mulrDr; congr (_ * _).
    by rewrite [LHS]addrC [(v 1%N)%:Z + (u n.+1)%:Z]addrC -[X in _ + X]addrA subrKA addrCA addrA.
  exact: uq.
rewrite (IH m) // => [|i im /small|i /andP[mi i_n]]; last by rewrite leqNgt (ltn_trans mn) in i_n.
  by rewrite !uq ?mn //= ?subrr ?mul0r ?addr0 // ltnW.
exact: uq.
Qed.

(* The staircase of a chain of layers is that of a flag: b_0 belongs to a_1.  *)
Lemma jacobian_chainE n (a b : nat -> nat) :
  jacobian_chain n a b = tensor_flag a (fun i => b i.-1) n.
Proof.
rewrite /jacobian_chain /tensor_flag; congr (_ - _).
  by apply: eq_bigr => i _; rewrite subn1.
by apply: eq_bigr => i _; rewrite addn1.
Qed.

End Monotone.
