From Coq Require Import Lia.
From mathcomp Require Import all_ssreflect all_algebra.
From mathcomp.real_closed Require Import mxtens.
From Hessproof Require Import kronecker int_ring outer_rank kernel_count residual_bound.

Set Implicit Arguments.
Unset Strict Implicit.
Unset Printing Implicit Defensive.

Import GRing.Theory.
Local Open Scope ring_scope.

(* How many changes Z of the prediction a residual of low rank leaves, with bias, as a count of   *)
(* matrices.  Z has K rows and, in a basis of the data (x, 1), r columns; the row e is the        *)
(* constant 1 in that basis; G, of rank s, is E[(x, 1) delta^T].  A bias changes all samples by   *)
(* the same column p, by p e.  Columns of G without a constant part, e G C = 0, do not see it,    *)
(* and their rank is at least s - 1: so s (s - 1) equations are left of the s^2 without bias.     *)

(* The inequalities between the ranks of the lemma rank_image_bottleneck, added up.               *)
Lemma add_up_families (K q r r' c t x y z : nat) : (t <= q)%N -> (q <= K)%N -> (q <= r)%N ->
    (c <= t)%N -> (t <= c.+1)%N -> r' = r.+1 -> (z + K * r <= K * r' + x)%N -> (x <= y)%N ->
    (y + (q - t) * (q - c) <= q * (r - c) + (K - t) * q)%N ->
  (z + (t * t.-1 + q * q) <= K + q * (K + r))%N.
Proof.
move=> tq qK qr ct tc -> zx xy families.
have {zx xy} zy : (z <= K + y)%N.
  rewrite -(leq_add2r (K * r)); apply: leq_trans zx _.
  by rewrite mulnS addnAC leq_add2r leq_add2l.
apply: leq_trans (_ : K + y + (t * c + q * q) <= _)%N.
  by rewrite leq_add // leq_add2r leq_mul2l -subn1 leq_subLR tc orbT.
rewrite -addnA leq_add2l -(leq_add2r ((q - t) * (q - c))) addnAC.
apply: leq_trans (leq_add families (leqnn _)) _; rewrite leq_eqVlt; apply/orP; left.
have cq := leq_trans ct tq; have cr := leq_trans cq qr; have tK := leq_trans tq qK.
by rewrite -eqz_nat !(PoszD, PoszM) -!subzn //; apply/eqP; int_ring.
Qed.

Section Image.
Variables (F : fieldType) (K r : nat) (e : 'rV[F]_r) (G : 'M[F]_(r, K)).
Hypothesis e0 : e != 0.
Notation s := (\rank G).

(* The columns of G without a constant part.                                                      *)
Definition constant_free : 'M[F]_(r, K) := G *m cokermx (e *m G).

Lemma constant_free0 : e *m constant_free = 0.
Proof. by rewrite mulmxA mulmx_coker. Qed.

Lemma rank_constant_free : (s <= (\rank constant_free).+1)%N.
Proof.
have := mxrank_mul_min G (cokermx (e *m G)); rewrite -/constant_free mxrank_coker.
have := rank_leq_row (e *m G); have := rank_leq_col (e *m G).
move: (\rank constant_free) s (\rank (e *m G)) => x y z.
rewrite leq_subLR -!plusE -minusE => /ssrnat.leP ? /ssrnat.leP ? /ssrnat.leP ?.
by apply/ssrnat.leP; lia.
Qed.

Variables (n : nat) (image : 'M[F]_(n, K * r)).

(* If G Z G C = 0 for all changes Z, there are at most K r - s (s - 1) dimensions of them,        *)
Lemma rank_image_equations :
    (forall i, G *m unvec (row i image) *m constant_free = 0) ->
  (\rank image + s * s.-1 <= K * r)%N.
Proof.
move=> eqs; have : (image <= kermx (G^T *t constant_free))%MS.
  apply/row_subP => i; apply/sub_kermxP.
  by rewrite -[row i image]unvecK -vec_mul trmxK eqs vec0.
move=> /mxrankS; rewrite mxrank_ker mxrank_tens mxrank_tr.
rewrite leq_subRL ?leq_mul ?rank_leq_row ?rank_leq_col // addnC; apply: leq_trans.
by rewrite leq_add2l leq_mul2l -subn1 leq_subLR rank_constant_free orbT.
Qed.

(* and if they are P B + p e + A D with G P = 0 and D G = 0, where A has q columns and B q rows,  *)
(* at most K + q (K + r - 1 - q) - s (s - 1).                                                     *)
Lemma rank_image_bottleneck q (A : 'M[F]_(K, q)) (B : 'M[F]_(q, r)) :
    (s <= q)%N -> (q <= K)%N -> (q < r)%N ->
    (forall i, exists (P : 'M_(K, q)) (p : 'cV_K) (D : 'M_(q, r)),
      [/\ unvec (row i image) = P *m B + p *m e + A *m D, G *m P = 0 & D *m G = 0]) ->
  (\rank image + (s * s.-1 + q * q) <= K + q * (K + r.-1))%N.
Proof.
move=> sq qK qr shape.
(* without the constant direction *)
pose a := \rank (kermx e^T); pose E : 'M_(a, r) := row_base (kermx e^T).
have aE : a = r.-1 by rewrite /a mxrank_ker mxrank_tr rank_rV e0 subn1.
have eE : e *m E^T = 0.
  apply: trmx_inj; rewrite trmx_mul trmxK trmx0; apply/sub_kermxP.
  by rewrite eq_row_base.
have [C GC] : exists C : 'M_(a, K), constant_free = E^T *m C.
  have /submxP[C CE] : (constant_free^T <= E)%MS.
    by rewrite eq_row_base; apply/sub_kermxP; rewrite -trmx_mul constant_free0 trmx0.
  by exists C^T; rewrite -trmx_mul -CE trmxK.
have rC : \rank C = \rank constant_free.
  by rewrite GC -mxrank_tr -[in RHS]mxrank_tr trmx_mul trmxK mxrankMfree ?row_base_free.
have qa : (q <= a)%N by rewrite aE -ltnS prednK // (leq_ltn_trans _ qr).
have [A' rA [ZA AE]] := rows_within A^T qK.
have [B' rB [ZB BE]] := rows_within (B *m E^T) qa.
have families := rank_two_families G C rA rB.
have sub : (image *m (1%:M *t E^T) <= (A' *t kermx C) + (kermx G^T *t B'))%MS.
  apply/row_subP => i; rewrite row_mul -[row i image]unvecK.
  have [P [p [D [-> GP DG]]]] := shape i.
  rewrite -vec_mul trmx1 mul1mx !mulmxDl -!mulmxA eE mulmx0 addr0 vecD addmx_sub //.
    apply: submx_trans (addsmxSr _ _).
    have /submxP[Q QE] : (P^T <= kermx G^T)%MS.
      by apply/sub_kermxP; rewrite -trmx_mul GP trmx0.
    apply: (@vec_sub _ _ _ _ _ _ _ _ (Q^T *m ZB)).
    by rewrite -[P]trmxK QE trmx_mul BE !mulmxA.
  apply: submx_trans (addsmxSl _ _).
  have /submxP[Q QE] : (D *m E^T <= kermx C)%MS.
    by apply/sub_kermxP; rewrite -mulmxA -GC mulmxA DG mul0mx.
  apply: (@vec_sub _ _ _ _ _ _ _ _ (ZA^T *m Q)).
  by rewrite QE -[A]trmxK AE trmx_mul !mulmxA.
have := mxrank_mul_min image (1%:M *t E^T); rewrite mxrank_tens mxrank1 mxrank_tr.
rewrite (eqP (row_base_free _)) -/a leq_subLR => split_constant.
have free := rank_constant_free; rewrite -rC in free.
have Cs : (\rank C <= s)%N by rewrite rC mxrankM_maxl.
have aS : r = a.+1 by rewrite aE prednK // (leq_trans _ qr).
rewrite -aE; exact: add_up_families sq qK qa Cs free aS split_constant (mxrankS sub) families.
Qed.
End Image.
